"""The room of flows: the Prefect flow that calls the rooms in order, its settings, and the `ogi` command.

Invariant: nothing here reads a document or knows a column; tasks take names of batches and give counts.
"""

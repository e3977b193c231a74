"""The page of a run: what it read, what is new, what is in doubt, what got better or worse.

Invariant: one file that needs nothing else: no script, no address outside; every text of a document is escaped.
"""

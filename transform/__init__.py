"""The room of normalisation: extractions in, one star of Parquet files and one DuckDB file out.

`register` takes files in, `parts` keeps what a batch of extractions gave, `build` makes star and database of all parts.
Invariant: the same inputs give the same bytes, in whatever batches and order they came.
"""

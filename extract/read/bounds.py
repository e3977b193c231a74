"""Bounds on tables that hold for every format: what goes beyond them is no report, and would cost memory and time."""

from __future__ import annotations

MAX_CELLS = 60_000  # of a table, a sheet, a text, a document of Word: a statutory table has under 400
MAX_ROWS = 5_000  # with something in them; the longest statutory table has 28, a page of 100,000 is a data dump

"""Writes report files as publishers do: figures and a layout in, the bytes of a page and its truth out.

One report's way: `figures` (what is said) → `wording` and `tables` (the statutory tables as rows of cells) and `prose`
→ `markup` (how one editor writes a cell) → `pages` (the site around it) → `document` (bytes). `catalogue` lists the
samples that the project ships, `bulk` makes as many random ones as a benchmark wants. Standard library only.
"""

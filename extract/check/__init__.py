"""Cells and sentences of one report → findings; which cells can be loaded."""

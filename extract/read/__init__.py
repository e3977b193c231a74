"""Readers: one module a format, bytes → `Document`. They know no statutory form."""

"""Who reported, for where, for which year: read from titles, page information and the text, or left unsaid."""

"""What the sentences of a report state: its sections, and the counts in them."""

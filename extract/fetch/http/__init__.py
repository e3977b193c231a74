"""One polite and safe request."""

"""One night over registered sources: what is due, host by host, and what came of it."""

"""A page → what it links: pure functions of its bytes. Nothing here asks for anything."""

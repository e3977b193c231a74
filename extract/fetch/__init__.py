"""Getting published files: sources, discovery of report links, polite fetching, the content-addressed raw store.

The only room that opens network connections. It knows nothing of what a report says: it decides which links are
reports by their text and place, fetches them, and keeps the bytes with the history of each address.
"""

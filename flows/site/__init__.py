"""The comparison site: the warehouse as a folder of static pages, which open from a disk as well as from a web server."""

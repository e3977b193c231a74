"""A lake in a bucket: its objects, who writes, what a state of it is, and the working copy that jobs run on."""

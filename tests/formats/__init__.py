"""Reports written in every format by programs that know nothing of the readers, and how well they are read."""

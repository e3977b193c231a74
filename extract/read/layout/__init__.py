"""Pages by geometry: characters and rules with positions → prose and grids, whatever format they came from."""

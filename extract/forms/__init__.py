"""The statutory forms: canonical codes and labels as data, and the one matcher from grids to cells."""

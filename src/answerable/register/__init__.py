"""Register: the append-only record of what was done; the public log will be built from it."""

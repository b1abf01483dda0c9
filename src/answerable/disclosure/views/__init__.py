"""Pages of published figures, for everybody."""

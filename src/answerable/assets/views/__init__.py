"""Pages of things, for staff and for everybody."""

"""Promises made in a session or meeting, followed until a project or an honest no settles them."""

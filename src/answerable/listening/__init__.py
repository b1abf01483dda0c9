"""Listening: sessions, feedback, and the case that answers it."""

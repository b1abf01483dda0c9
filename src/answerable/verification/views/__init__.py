"""Translate: pages of the desk and of everybody."""

"""Translate: requests of residents and of the desk into services, and what they return into pages."""

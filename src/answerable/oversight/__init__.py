"""Seeing a whole area at once: what is late, stuck, silent, owed and resting, and where. It writes nothing."""

"""Safeguards: what protects residents (tracking codes, hidden small numbers, limits, readings of text)."""

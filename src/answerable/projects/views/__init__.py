"""Desk pages of projects and of villages' choices."""

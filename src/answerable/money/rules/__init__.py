"""Decisions about money: stages, entries, thresholds, funds' rules. No Django."""

"""Fixtures and helpers for all tests."""

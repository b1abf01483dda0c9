"""Answerable: software that runs a village development programme and makes it answer to the people it serves."""

__version__ = "0.1.0"

"""Disclosure: tables of counts that were published once a quarter, and that no reader can narrow a small count with."""

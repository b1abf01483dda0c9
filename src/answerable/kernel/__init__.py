"""Kernel: the plain-Python ground everything stands on (clock, working days, problems, tables). No Django here."""

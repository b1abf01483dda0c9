"""Decide: the states of a case, its clocks, where it goes. Plain functions, no Django."""

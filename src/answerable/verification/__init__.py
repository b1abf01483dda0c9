"""Checks where chance says: public draws, visits from outside the line, findings with an owner, and rates."""

"""IATI 2.03: what an activity says, read from XML, checked, and written again. Plain Python, no database."""

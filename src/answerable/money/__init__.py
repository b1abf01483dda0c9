"""The books: every unit from its source to a village line, balanced by the database."""

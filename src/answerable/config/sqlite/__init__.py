"""Django's SQLite backend, which refuses to open a database with an SQLite that can corrupt it."""

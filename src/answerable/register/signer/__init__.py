"""The signer: a process of its own that holds the log's key and the witness's, and remembers what it signed.

Plain Python: no Django, no database, no settings. Whoever breaks into the web process can ask it to sign, and it signs
only a tree that continues the one before.
"""

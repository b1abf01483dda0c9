"""Hand-over: the dossier of a posting, and who takes each open line on."""

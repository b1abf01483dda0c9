"""Config: settings, root URLs and commands; wiring only."""

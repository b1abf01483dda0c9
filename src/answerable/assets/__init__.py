"""What a project leaves: its keeper, its maintenance, and whether it still works."""

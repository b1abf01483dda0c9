"""What the pages of the books take in."""

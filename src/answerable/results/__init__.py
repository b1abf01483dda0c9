"""Results: what a programme wanted, where it began, what it reached, and how that is known."""

"""What a survey may be, how large, whom it reaches and what its sums say: decisions without a database."""

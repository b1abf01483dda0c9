"""Decide: strata, who may look, what an answer means, and rates with their intervals."""

"""Programme: rounds, sponsors, teams, postings, subjects, and who answers for what by when."""

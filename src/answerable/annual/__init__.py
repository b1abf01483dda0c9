"""One year of a place, told by the chain: heard, answered, planned, funded, delivered, confirmed, kept up. It writes nothing."""

"""Pages of the register, receipts, and the witness's answers."""

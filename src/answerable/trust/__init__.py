"""What anybody can check: the register in plain words, receipts, slips, notice boards."""

"""What banks and treasuries send: statements as values, read from files, and matched to the books. No writes here."""

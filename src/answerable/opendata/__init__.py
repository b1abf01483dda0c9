"""The formats of others: IATI, Beancount, ledger, CSV; published and received."""

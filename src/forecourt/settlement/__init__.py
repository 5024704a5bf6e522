"""Settlement: the ledger, fee plans, statements and reversals."""

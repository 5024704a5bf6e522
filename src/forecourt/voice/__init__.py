"""Voice: what customers say, asked with dated instruments after a handover and after a lost enquiry."""

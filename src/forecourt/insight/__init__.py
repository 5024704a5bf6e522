"""Looking at what happened: the columnar copy of the journal, conformance, standards, what a draft would have said."""

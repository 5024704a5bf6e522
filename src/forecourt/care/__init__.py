"""Care: service appointments, the workshop day, repair orders."""

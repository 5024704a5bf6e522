"""Putting in order: events into journeys by a counting sort, values into groups."""

"""Putting events in order: a counting sort of a log into journeys."""

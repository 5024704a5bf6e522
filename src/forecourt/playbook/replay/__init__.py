"""Replay of many journeys at once against a program: what fits, how the rest departs, how long things took."""

"""Optimal alignments: the cheapest explanation of each distinct trace by a program."""

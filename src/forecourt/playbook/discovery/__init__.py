"""Drafting a playbook from a log: what a network does today, as a text that people can read and change."""

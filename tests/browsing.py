"""A browser for tests: fixtures `browser` and `page`."""

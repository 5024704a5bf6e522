"""Django's PostgreSQL backend with two differences that save round trips; see `base.py`."""

"""The HTTP API, assembled from the capabilities."""

"""The JSON door for other programs, described by OpenAPI."""

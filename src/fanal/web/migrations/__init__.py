"""The desk's tables."""

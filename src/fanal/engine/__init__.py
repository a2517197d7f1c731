"""The door to SQL: run a named statement on named tables."""

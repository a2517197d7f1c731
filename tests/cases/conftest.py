"""Every test of the case store runs on SQLite and on PostgreSQL."""

from stores import on_both as pytest_generate_tests

__all__ = ["pytest_generate_tests"]

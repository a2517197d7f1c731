"""Fanal: from seized evidence to sealed national packages, answers and figures."""

__version__ = "0.1.0"

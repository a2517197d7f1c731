"""Errors, digests and content ids, instants, languages. Knows nothing of the field."""

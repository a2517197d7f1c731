"""Media without looking: fingerprints, hash lists, the search for near hashes."""

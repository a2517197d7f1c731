"""The Merkle log: append, checkpoint, verify. Files, no database."""

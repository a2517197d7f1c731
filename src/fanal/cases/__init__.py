"""The case store: what people decided and did, and who may do what."""

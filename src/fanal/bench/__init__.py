"""Performance and quality tables, against the peers named in them."""

"""PostgreSQL as Django's database engine, with one writer at a time. Loaded only where the node names it."""

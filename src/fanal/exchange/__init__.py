"""The package: bag, signature, seal, opening, answers. Files between agencies, no network, no database."""

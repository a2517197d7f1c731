"""One file per evidence format, one registry."""

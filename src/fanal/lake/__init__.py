"""Snapshots of the lake: the only writer of Parquet."""

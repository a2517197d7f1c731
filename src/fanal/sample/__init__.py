"""Benign synthetic exhibits of the two model cases, with the truth beside them."""

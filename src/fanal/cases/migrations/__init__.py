"""Schema changes of the case store, in order."""

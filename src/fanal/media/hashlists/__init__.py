"""Hash lists that others gave to the node: taken in, kept in the node, read by the matcher alone."""

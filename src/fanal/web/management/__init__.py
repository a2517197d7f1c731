"""Commands of the desk's own processes, which `fanal worker` starts."""

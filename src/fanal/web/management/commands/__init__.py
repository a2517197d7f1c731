"""`worker` takes long work out of the queue; `job` does one piece of it."""

"""One step is one module and one SQL file."""

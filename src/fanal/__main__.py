"""`python -m fanal`: the command line."""

from fanal.cli.main import run

run()

"""The command line: one file per command, starts everything else."""

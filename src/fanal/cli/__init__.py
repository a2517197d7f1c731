"""The command line: one file per command, starts everything else."""

import gc

# Hardly anything that is made while modules load is garbage: looking for it as often as usual takes a sixth of a start.
gc.set_threshold(100_000, 20, 20)

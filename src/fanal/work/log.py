"""The audit log of the node: the one sequencer that moves the outbox into the files, and verification."""

"""Sessions: an officer's key is unlocked, and forgotten."""

from fanal.cases import session
from fanal.cases.access import Actor, may
from fanal.cases.node import Node
from fanal.cases.outbox import record


def open_session(actor: Actor, node: Node, passphrase: str) -> int:
    """Unlock the officer's key with the pass phrase. Returns the hours it stays unlocked. Raises WrongPassphrase."""
    may(actor, "officer.login")
    session.log_in(node, actor.officer, passphrase)
    record(actor, "officer.login", actor.officer)
    return session.HOURS


def end_session(actor: Actor, node: Node) -> None:
    """Forget the unlocked key."""
    may(actor, "officer.login")
    session.log_out(node)
    record(actor, "officer.logout", actor.officer)

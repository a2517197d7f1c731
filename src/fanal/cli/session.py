"""What one call of the command line goes by: the node, the officer, the operation."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated

import typer

from fanal.cases.access import Actor, NoOfficer
from fanal.cases.models.offices import Operation
from fanal.cases.node import Node, NotANode, find_node, load_node
from fanal.cases.session import acting_as, logged_in
from fanal.cases.store import describe, reaching
from fanal.cli.output import Format
from fanal.cli.words import HELP
from fanal.work.log import sequence
from fanal.work.nodes import FIRST_OFFICER
from fanal.work.operations import the_operation

Op = Annotated[str | None, typer.Option("--op", metavar="SLUG", help=HELP["op"])]
Form = Annotated[Format, typer.Option("--format", help=HELP["format"])]


@dataclass
class Session:
    """Found out as it is needed: a command that needs no node asks for none."""

    folder: str | None = None
    acting: str | None = None
    _found: dict[str, Operation] = field(default_factory=dict)

    @cached_property
    def node(self) -> Node:
        """The node that -C, FANAL_NODE or the working folder names."""
        return load_node(find_node(Path(self.folder) if self.folder else None))

    @property
    def case_store(self) -> str:
        """The database of that node, and where the node is; "" where there is none."""
        try:
            find_node(Path(self.folder) if self.folder else None)
        except NotANode:
            return ""
        return f"{self.node.folder}: {describe()}"

    @cached_property
    def actor(self) -> Actor:
        """The officer who is logged in, or whom --as names; a demonstration node's first officer where nobody is."""
        node = self.node
        if self.acting:
            return acting_as(node, self.acting)
        try:
            return logged_in(node)
        except NoOfficer:
            if node.demo:
                return acting_as(node, FIRST_OFFICER)
            raise

    def operation(self, slug: str | None) -> Operation:
        """The operation that --op names, or the only one."""
        actor = self.actor
        key = slug or ""
        if key not in self._found:
            self._found[key] = the_operation(actor, slug)
        return self._found[key]

    def close(self) -> None:
        """Move what the command left in the outbox into the audit log."""
        if "actor" in self.__dict__:
            with reaching():
                sequence(self.actor, self.node)

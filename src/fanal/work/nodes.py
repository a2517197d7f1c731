"""A node: made once, with its keys, database and first officer; checked ever after."""

from pathlib import Path

from django.db import transaction

from fanal.base import instants
from fanal.base.errors import FanalError
from fanal.cases import session
from fanal.cases.access import ADMIN, ANALYST, AUDITOR, COORDINATOR, NATIONAL, VICTIM_ID, Actor, may, where_may
from fanal.cases.database import shown
from fanal.cases.models.exchange import Agency
from fanal.cases.models.offices import ROLES, Grant, Officer
from fanal.cases.moving import copy_rows
from fanal.cases.node import CONFIG, Node, config_text, load_node, name_database
from fanal.cases.outbox import record
from fanal.cases.store import is_made, migrate, open_store, reaching
from fanal.exchange import keys

FIRST_OFFICER, SECOND_OFFICER = "1", "2"
FIRST_ROLES = (ADMIN, COORDINATOR, ANALYST, NATIONAL, VICTIM_ID, AUDITOR)


class NodeExists(FanalError):
    """`init` on a folder that holds something."""

    code = "F-NODE-03"
    text = "{path} is not empty; name a new folder."


class DatabaseTaken(FanalError):
    """`init` with a database that holds a case store."""

    code = "F-DB-03"
    text = "{address} already holds a case store; make an empty database for this node."


class BadCountry(FanalError):
    """A country code that is none."""

    code = "F-NODE-04"
    text = "{country} is no ISO 3166 country code; write two letters such as BE."
    exit_code = 2


class BadServiceNumber(FanalError):
    """A service number that cannot be part of a file name."""

    code = "F-OFFICER-01"
    text = "{officer} cannot be a service number; use letters, digits, hyphens and dots, at most 40."
    exit_code = 2


class UnknownRole(FanalError):
    """A role that there is not."""

    code = "F-OFFICER-03"
    text = "There is no role {role}; the roles are {known}."
    exit_code = 2


class OfficerExists(FanalError):
    """The service number is taken."""

    code = "F-OFFICER-02"
    text = "There is already an officer {officer}; choose another service number."


def init_node(
    actor: Actor,
    folder: Path,
    *,
    agency: str,
    country: str,
    language: str,
    demo: bool,
    officer: str,
    officer_name: str,
    passphrase: str,
    database: str = "",
) -> Node:
    """Make a node: folders, keys, database, first officer with every role.

    Args:
        database: the address of an empty database; empty: a SQLite file in the folder.

    Raises:
        NodeExists, BadCountry, BadServiceNumber, NoPassphrase.
        UnknownDatabase, NoDriver, StoreUnreachable, DatabaseTaken: nothing is made.
    """
    may(actor, "node.init")
    if folder.exists() and any(folder.iterdir()):
        raise NodeExists(path=folder)
    from fanal.model.countries import COUNTRIES  # noqa: PLC0415  every command imports this module

    if country not in COUNTRIES:
        raise BadCountry(country=country)
    check_service_number(officer)
    if not passphrase:
        raise keys.NoPassphrase(path=folder)
    if database:
        open_store(database)
        with reaching():
            if is_made():
                raise DatabaseTaken(address=shown(database))
    for name in ("keys", "evidence", "lake", "audit", "packages", "lists"):
        (folder / name).mkdir(mode=0o700, parents=True)
    secret = session.new_passphrase()
    public = keys.create_keys(folder / "keys", secret, slow=False)
    config = folder / CONFIG
    config.touch(mode=0o600)  # a database's address may hold a password
    config.write_text(
        config_text(
            node_id=public.node, agency=agency, country=country, language=language, demo=demo, database=database
        ),
        encoding="utf-8",
    )
    node = load_node(folder)
    migrate()
    with transaction.atomic():
        Agency.objects.create(name=agency, country=country)
        _enrol(node, officer, officer_name, FIRST_ROLES, passphrase, secret)
        if demo and officer != SECOND_OFFICER:
            _enrol(node, SECOND_OFFICER, "", (COORDINATOR, ANALYST, NATIONAL), passphrase, secret)
        record(Actor(officer), "node.init", public.node)
    return node


def add_officer(actor: Actor, node: Node, officer: str, name: str, roles: tuple[str, ...], passphrase: str) -> Officer:
    """Enrol an officer: a key of their own, the node's keys sealed to it, roles in the whole node.

    Raises:
        OfficerExists, UnknownRole, BadServiceNumber, NoPassphrase.
    """
    may(actor, "officer.add")
    check_service_number(officer)
    if Officer.objects.filter(service_number=officer).exists():
        raise OfficerExists(officer=officer)
    for role in roles:
        if role not in ROLES:
            raise UnknownRole(role=role, known=", ".join(ROLES))
    secret = session.node_passphrase(node, actor)
    with transaction.atomic():
        made = _enrol(node, officer, name, roles, passphrase, secret)
        record(actor, "officer.add", officer, roles=list(roles))
    return made


def move_store(actor: Actor, node: Node, address: str) -> tuple[int, str]:
    """Move the node's case store into an empty database, and have fanal.toml name it. What it was in stays as it was.

    Args:
        address: see `cases.database.database_settings`.

    Returns:
        How many rows were moved, and the address as it may be shown.

    Raises:
        UnknownDatabase, NoDriver, StoreUnreachable, NotEmpty: nothing is moved.
    """
    may(actor, "store.move")
    with transaction.atomic(), reaching():
        record(actor, "store.move", node.node_id)
        rows = copy_rows(address)
    name_database(node.folder, address)
    return rows, shown(address)


def list_officers(actor: Actor) -> list[dict[str, object]]:
    """Officers of the node with their roles; in which operations, for those alone who may know of all of them."""
    may(actor, "operation.list")
    where = where_may(actor, "officer.read")
    return [
        {
            "officer": o.service_number,
            "name": o.name,
            "roles": sorted({g.role for g in o.grants.all() if g.operation is None}),
            "in_operations": sorted(
                {
                    g.operation.slug
                    for g in o.grants.all()
                    if g.operation and (where is None or g.operation.slug in where)
                }
            ),
            "active": o.active,
            "state": o.state,
        }
        for o in Officer.objects.order_by("service_number").prefetch_related("grants__operation")
    ]


def check_service_number(officer: str) -> None:
    """Raises BadServiceNumber where it cannot be part of a file name."""
    if not 0 < len(officer) <= 40 or not all(c.isascii() and (c.isalnum() or c in "-.") for c in officer):  # noqa: PLR2004  as the message says
        raise BadServiceNumber(officer=officer)


def _enrol(node: Node, officer: str, name: str, roles: tuple[str, ...], passphrase: str, secret: str) -> Officer:
    path = session.officer_key_path(node, officer)
    line = keys.create_officer_key(path, passphrase, slow=passphrase != session.DEMO_PASSPHRASE)
    session.seal_node_to(node, officer, line, secret)
    made = Officer.objects.create(service_number=officer, name=name, public_key=line, added_at=instants.now())
    for role in roles:
        Grant.objects.create(officer=made, operation=None, role=role, granted_at=instants.now())
    return made

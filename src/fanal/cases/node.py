"""The node: one agency's installation, a folder with `fanal.toml`."""

import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from fanal.base.errors import FanalError
from fanal.base.files import replace_file
from fanal.base.language import translate
from fanal.cases.desk_rules import DeskRules, Oidc
from fanal.cases.store import bring_up_to_date, open_store, sqlite_address
from fanal.engine.choice import ENGINES, Choice
from fanal.engine.far import Far, Place
from fanal.exchange.rotation import finish
from fanal.model.deconfliction import Caps
from fanal.model.hash_lists import MatchRules

CONFIG = "fanal.toml"
#: Beside the keys, made again where it is missing: what the desk signs its sessions with.
DESK_SECRET = "desk-secret"  # noqa: S105  the name of a file
UPLOAD_MIB = 1024
_DATABASE = re.compile(r"^database\s*=.*$", re.MULTILINE)
_LAKE_FOLDER = re.compile(r"^lake\s*=(?!.*(?<!\"file)://).*$", re.MULTILINE)


class NotANode(FanalError):
    """No fanal.toml where one was looked for."""

    code = "F-NODE-01"
    text = (
        "{path} is not a node (no fanal.toml here or above); name one with -C DIR, or make one with `fanal init DIR`."
    )


class BadConfig(FanalError):
    """fanal.toml cannot be read, or lacks a setting."""

    code = "F-NODE-02"
    text = "{path} cannot be read: {detail}; mend the file."


@dataclass(frozen=True)
class Node:
    """A node's folder and settings.

    Attributes:
        folder: absolute path.
        node_id: 32 hex digits, made once.
        agency: name of the agency.
        country: ISO 3166 alpha-2, upper case.
        language: two-letter language of the agency's papers.
        demo: True where `--as` may act for any officer; such a node holds no real case.
        database: address of the case store.
        lakes: where the lakes of its operations lie: empty for the folder `lake`, another folder, or a URL.
        engine: what the steps run on.
        caps: what may be compared with other agencies, and how much of it.
        match: how media are compared.
        contact: whom recipients of its packages can call, in its own words; empty where it says nothing.
        watched: the folder whose files officers add at the desk; None where none is named.
        upload_bytes: the largest sealed file that is taken in at the desk.
        desk: under which name the desk is reached, and when it locks.
    """

    folder: Path
    node_id: str
    agency: str
    country: str
    language: str
    demo: bool
    database: str
    lakes: str = ""
    engine: Choice = field(default_factory=Choice)
    caps: Caps = field(default_factory=Caps)
    match: MatchRules = field(default_factory=MatchRules)
    contact: str = ""
    watched: Path | None = None
    upload_bytes: int = UPLOAD_MIB << 20
    desk: DeskRules = field(default_factory=DeskRules)

    @property
    def evidence(self) -> Path:
        """Where exhibits and their register lie."""
        return self.folder / "evidence"

    @property
    def audit(self) -> Path:
        """Where the audit log lies."""
        return self.folder / "audit"

    @property
    def keys(self) -> Path:
        """Where encrypted private keys lie."""
        return self.folder / "keys"

    @property
    def packages(self) -> Path:
        """Where packages are built, sealed and opened."""
        return self.folder / "packages"

    @property
    def lists(self) -> Path:
        """Where the node's own lists lie."""
        return self.folder / "lists"

    @property
    def hash_lists(self) -> Path:
        """Where received hash lists lie; only the matcher reads what is in them."""
        return self.folder / "hashlists"

    def lake(self, operation: str) -> Place:
        """The lake of one operation: a folder, or a place elsewhere with a home in the node's folder."""
        if "://" in self.lakes:
            return Far(self.lakes, self.folder / "lake" / operation) / operation
        return (self.folder / (self.lakes or "lake")) / operation


def find_node(start: Path | None) -> Path:
    """The node's folder: `start` itself, FANAL_NODE, or the nearest parent of the working folder. Raises NotANode."""
    named = start or (Path(os.environ["FANAL_NODE"]) if os.environ.get("FANAL_NODE") else None)
    if named is not None:
        if not (named / CONFIG).is_file():
            raise NotANode(path=named)
        return named.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / CONFIG).is_file():
            return folder
    raise NotANode(path=here)


def load_node(folder: Path) -> Node:
    """Read fanal.toml and open the case store.

    Raises:
        NotANode, BadConfig: no fanal.toml, or one that cannot be read.
        UnknownDatabase, NoDriver, StoreUnreachable: the database that it names cannot be used.
    """
    path = folder / CONFIG
    if not path.is_file():
        raise NotANode(path=folder)
    node = read_config(path, path.read_bytes())
    finish(node.keys)
    open_store(node.database)
    bring_up_to_date(node.folder)
    return node


def read_config(path: Path, text: bytes) -> Node:
    """The node that a text of its fanal.toml describes; nothing is opened. Raises BadConfig."""
    folder = path.parent
    try:
        raw: dict[str, Any] = tomllib.loads(text.decode())
        section, store = raw["node"], raw.get("store", {})
        return Node(
            folder=folder.resolve(),
            node_id=section["id"],
            agency=section["agency"],
            country=section["country"],
            language=section.get("language", "en"),
            demo=bool(section.get("demo", False)),
            database=store.get("database") or sqlite_address(folder / "case.sqlite"),
            lakes=_lakes(str(store.get("lake", ""))),
            engine=_choice(path, store.get("engine", "duckdb"), raw.get("spark", {})),
            caps=_caps(path, raw.get("deconflict", {})),
            match=_match_rules(path, raw.get("media", {})),
            contact=str(section.get("contact", "")),
            **_desk(path, raw.get("desk", {})),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise BadConfig(path=path, detail=str(e)) from e
    except KeyError as e:
        raise BadConfig(path=path, detail=translate("the setting {name} is missing").format(name=e.args[0])) from e


def _lakes(told: str) -> str:
    """A file:// URL is a folder: what lies on this machine is written with its guarantees."""
    return url2pathname(urlsplit(told).path) if told.startswith("file://") else told.rstrip("/")


def _desk(path: Path, told: dict[str, Any]) -> dict[str, Any]:
    """What fanal.toml says under [desk]. Raises BadConfig."""
    upload = told.get("upload_mib", UPLOAD_MIB)
    if isinstance(upload, bool) or not isinstance(upload, int) or upload < 1:
        raise BadConfig(path=path, detail=translate("desk.upload_mib is a whole number from 1"))
    watched = str(told.get("watched", ""))
    rules = {name: value for name, value in told.items() if name not in {"watched", "upload_mib"}}
    try:
        if told := rules.pop("oidc", None):
            rules["oidc"] = Oidc(**{**told, "factor_values": tuple(told.get("factor_values", ()))})
        desk = DeskRules(**rules)
    except (TypeError, ValueError) as e:
        detail = translate("a setting of [desk] is unknown or out of its range")
        raise BadConfig(path=path, detail=f"{detail} ({e})") from e
    folder = (path.parent / watched).resolve() if watched else None
    return {"watched": folder, "upload_bytes": upload << 20, "desk": desk}


def _choice(path: Path, engine: object, spark: dict[str, Any]) -> Choice:
    """What fanal.toml says of the engine. Raises BadConfig."""
    if engine not in ENGINES:
        raise BadConfig(path=path, detail=translate("engine is one of {known}").format(known=", ".join(ENGINES)))
    usual = Choice()
    scratch = spark.get("scratch")
    return Choice(
        engine=str(engine),
        master=str(spark.get("master", usual.master)),
        memory=str(spark.get("memory", usual.memory)),
        scratch=(path.parent / str(scratch)).resolve() if scratch else None,
        conf={name: str(value) for name, value in spark.get("conf", {}).items()},
    )


def _caps(path: Path, told: dict[str, Any]) -> Caps:
    """What fanal.toml says under [deconflict]. Raises BadConfig."""
    try:
        return Caps(**told)
    except (TypeError, ValueError) as e:
        detail = translate("a setting of [deconflict] is unknown or out of its range")
        raise BadConfig(path=path, detail=f"{detail} ({e})") from e


def _match_rules(path: Path, told: dict[str, Any]) -> MatchRules:
    """What fanal.toml says of how media are compared. Raises BadConfig."""
    most = {"radius": 31, "quality": 100, "share": 1, "quarantine": 1, "frequent": 1_000_000}
    for name, limit in most.items():
        value = told.get(name, 0)
        whole = limit == 1 or isinstance(value, int)
        if isinstance(value, bool) or not isinstance(value, int | float) or not whole or not 0 <= value <= limit:
            detail = translate("media.{name} is a number from 0 to {limit}").format(name=name, limit=limit)
            raise BadConfig(path=path, detail=detail)
    return MatchRules(**{name: told[name] for name in most if name in told})


def config_text(*, node_id: str, agency: str, country: str, language: str, demo: bool, database: str = "") -> str:
    """The text of a new fanal.toml; `database` is the case store's address, empty for a file beside it."""
    return (
        "# A node of Fanal. Keys, evidence, lake and case store lie beside this file.\n"
        "[node]\n"
        f'id = "{node_id}"\n'
        f"agency = {_toml_text(agency)}\n"
        f'country = "{country}"\n'
        f'language = "{language}"\n'
        f"demo = {str(demo).lower()}\n"
        "# Whom recipients of packages can call: number, hours, whom to ask for. It stands on every package.\n"
        'contact = ""\n\n'
        "[store]\n"
        "# sqlite:///path/to/case.sqlite or postgresql://host/name; empty: case.sqlite beside this file.\n"
        f"database = {_toml_text(database)}\n"
        "# Where the lakes lie: another folder, or a URL such as s3://bucket/lake; empty: the folder lake.\n"
        'lake = ""\n'
        "# What the steps of the analysis run on: duckdb, or spark.\n"
        'engine = "duckdb"\n\n'
        "[desk]\n"
        "# The folder whose files officers may add as exhibits at the desk; nothing is uploaded.\n"
        'watched = ""\n'
    )


def name_database(folder: Path, address: str) -> None:
    """Have a node's fanal.toml name another database; all else in it stays. Raises BadConfig."""
    path = folder / CONFIG
    text = path.read_text(encoding="utf-8")
    line = f"database = {_toml_text(address)}"
    changed, there = _DATABASE.subn(lambda _: line, text, count=1)
    if not there:
        raise BadConfig(path=path, detail=translate("the setting {name} is missing").format(name="database"))
    replace_file(path, changed.encode(), mode=0o600)


def keep_all_here(folder: Path) -> None:
    """Have a node's fanal.toml name no database and no folder for its lakes elsewhere: both lie beside it.

    A URL of the lakes stays, since what lies there is not in the folder.
    """
    path = folder / CONFIG
    text = _DATABASE.sub('database = ""', path.read_text(encoding="utf-8"), count=1)
    replace_file(path, _LAKE_FOLDER.sub('lake = ""', text, count=1).encode(), mode=0o600)


def _toml_text(value: str) -> str:
    cleaned = "".join(c for c in value if c.isprintable())
    return '"' + cleaned.replace("\\", "\\\\").replace('"', '\\"') + '"'

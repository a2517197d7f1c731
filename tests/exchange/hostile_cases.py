"""A receiving node with pinned peers, what they could send it, and what a refusal may leave: nothing."""

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyrage
import pytest
from django.apps import apps
from exchange_cases import Agency

from fanal.base import instants
from fanal.base.digests import sha256_file
from fanal.base.errors import FanalError
from fanal.cases.access import Actor
from fanal.cases.models.exchange import Agency as AgencyRow
from fanal.cases.models.exchange import Peer
from fanal.cases.models.offices import Officer
from fanal.cases.node import Node
from fanal.cases.session import acting_as, node_keys
from fanal.exchange import sshsig
from fanal.exchange.archive import stream
from fanal.exchange.bag import SIGNATURE, TAG_FILES, TAGMANIFEST, listing, write_bag
from fanal.exchange.heading import Party
from fanal.exchange.opening import Pin
from fanal.work.receive import receive


def as_agency(node: Node, officer: Actor) -> Agency:
    """The node as its peers know it, with its keys."""
    keys = node_keys(node, officer)
    public = keys.public
    party = Party(node.agency, node.country, public.node, public.signing_key, public.age_recipient)
    return Agency(node.keys, keys, party, Pin(public.node, party.agency, public.signing_key))


def pin(agency: Agency, officer: str = "1", **more: Any) -> Peer:
    """Pin an agency's key in the open node."""
    row, _ = AgencyRow.objects.get_or_create(name=agency.party.agency, country=agency.party.country)
    made = {"recipient": agency.party.age_recipient, "fingerprint": "f", "pinned_at": instants.now()}
    return Peer.objects.create(
        agency=row,
        node=agency.party.node,
        signing_key=agency.party.signing_key,
        pinned_by=Officer.objects.get(service_number=officer),
        **{**made, **more},
    )


def tar_of(folder: Path) -> bytes:
    return b"".join(stream(folder, {name: sha256_file(folder / name) for name in listing(folder)}))


def with_entry(tar: bytes, info: tarfile.TarInfo, content: bytes = b"", form: int = tarfile.GNU_FORMAT) -> bytes:
    """The tar with one entry more before its end."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as more:
        info.size = len(content)
        more.addfile(info, io.BytesIO(content))
    return tar.rstrip(b"\0") + bytes(-len(tar.rstrip(b"\0")) % 512) + out.getvalue()


def sealed(content: bytes, recipient: Agency, target: Path) -> Path:
    """What anybody can do who has the recipient's card: any bytes, sealed to it."""
    target.write_bytes(pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(recipient.party.age_recipient)]))
    return target


def signed(folder: Path, signer: Agency) -> Path:
    """Manifests made anew over what is in the folder, and signed: a peer that is hostile itself."""
    for name in (*TAG_FILES, TAGMANIFEST, SIGNATURE):
        (folder / name).unlink(missing_ok=True)
    write_bag(folder, [])
    (folder / SIGNATURE).write_text(
        sshsig.sign((folder / TAGMANIFEST).read_bytes(), signer.keys.signing, "fanal-package")
    )
    return folder


def walk(folder: Path) -> dict[str, str]:
    """Everything below a folder: files with their digests, folders, links."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if name.startswith("case.sqlite"):
            continue  # read row by row below
        if path.is_symlink() or not path.is_file():
            found[name] = "link" if path.is_symlink() else "folder"
        else:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the open case store."""
    models = apps.get_app_config("cases").get_models()
    return {model.__name__: list(model._base_manager.order_by("pk").values_list()) for model in models}


@dataclass(frozen=True)
class Receiver:
    """The node that everything here is sent to."""

    node: Node
    officer: Actor
    us: Agency
    outbox: Path  # where the hostile files lie, outside of the node

    def receive(self, file: Path, **more: Any) -> dict[str, Any]:
        return receive(self.officer, self.node, file, more.get("into"), more.get("release_gap", ""), lambda *_: None)

    def refuses(self, file: Path, error: type[FanalError], **more: Any) -> str:
        """Receiving it is refused in one line and leaves nothing; returns the line."""
        before = walk(self.node.folder), rows()
        with pytest.raises(error) as caught:
            self.receive(file, **more)
        assert (walk(self.node.folder), rows()) == before
        assert len(caught.value.line().splitlines()) == 1
        return caught.value.line()


Change = Callable[[Path], None]
#: Makes the whole package with a change of its sender's making, sealed for the node.
Sent = Callable[[Change], Path]
JSON = "data/package.json"


def changed(bag: Path, to: Path, change: Change, signer: Agency, recipient: Agency) -> Path:
    """A package of a hostile peer: the bag with a change, its manifests and signature made for it."""
    shutil.copytree(bag, to)
    change(to)
    signed(to, signer)
    return sealed(tar_of(to), recipient, to.with_suffix(".fanal"))


def receiver(node: Node, outbox: Path) -> Receiver:
    officer = acting_as(node, "1")
    return Receiver(node, officer, as_agency(node, officer), outbox)


def edit(bag: Path, **more: Any) -> None:
    told = json.loads((bag / JSON).read_bytes())
    (bag / JSON).write_text(json.dumps({**told, **more}))


def counted(bag: Path, name: str, table: pa.Table) -> None:
    """Put a table into the bag, counted as it should be."""
    pq.write_table(table, bag / f"data/tables/{name}.parquet")
    told = json.loads((bag / JSON).read_bytes())
    told["counts"]["rows"][name] = table.num_rows
    (bag / JSON).write_text(json.dumps(told))

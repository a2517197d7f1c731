"""Has the loops of the steps compiled before a case needs them: once on a machine, kept on disk."""

import pyarrow as pa

from fanal.analyse.registry import STEPS
from fanal.analyse.runner import schemas
from fanal.base import instants
from fanal.engine.duck import Duck
from fanal.model.inputs import Inputs


def compile_loops() -> None:
    """Run every step on a few invented rows.

    Raises:
        NoLists: this installation has no packed lists.
    """
    at = instants.parse("2023-01-01T00:00:00Z").replace(tzinfo=None)
    place = {"exhibit": 1, "locator": "x"}
    accounts = ("kx:1", "kx:2", "kx:3")
    rows = {
        "account": [{**place, "obs": n, "account": key, "created_at": at} for n, key in enumerate(accounts)],
        "identifier": [
            {**place, "obs": 10 + n, "account": key, "kind": "email", "value": "a@example.org", "norm": "a@example.org"}
            for n, key in enumerate(accounts)
        ],
        "login": [
            {**place, "obs": 20 + n, "account": key, "at": at, "ip": ip, "success": True}
            for n, (key, ip) in enumerate(zip(accounts, ("203.0.113.1", "2001:db8::1", "203.0.113.1"), strict=True))
        ],
    }
    known, made = schemas(), set[str]()
    with Duck(threads=1) as engine:
        for step in STEPS:
            for name in {*step.reads} - made:
                engine.bind(name, pa.Table.from_pylist(rows.get(name, []), known[name]))
            for name in {*step.reads} & {*step.writes}:
                engine.bind(f"previous_{name}", step.writes[name].empty_table())
            step.run(engine, Inputs())
            made |= {*step.writes}

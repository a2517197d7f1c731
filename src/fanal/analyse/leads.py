"""The step `leads`: what turns an online identity into a name, asked of whom, and until when.

Only for identities that meet the threshold, and only the least that is needed: for each of a few
addresses one instant, for each wallet and mailbox one question. An address without a port says so:
behind carrier NAT many subscribers share it. Every lead is a question, no answer about a person.
"""

from collections.abc import Mapping

import pyarrow as pa

from fanal.analyse.ids import content_id_sql, literal
from fanal.analyse.retention import RETENTION
from fanal.analyse.step import Account
from fanal.base.language import mark, translate
from fanal.engine.door import Engine
from fanal.engine.statements import fill, load
from fanal.model.inputs import Inputs
from fanal.model.tables import FINDING, SUPPORT, UTC_INSTANT

_S, _I = pa.string(), pa.int64()

# So many addresses, wallets and mailboxes of one identity, and so many days of an address searched for a port.
TOP, NEWEST = 5, 5

ASKS = {
    "who_used_address_and_port": mark("Who was given this address and port at this instant (UTC)?"),
    "who_used_address_without_port": mark(
        "Who was given this address at this instant (UTC)? No port was logged: behind carrier NAT many share it."
    ),
    "who_holds_mailbox": mark("Who opened this mailbox, from where, and how is it recovered?"),
    "who_holds_wallet": mark("Which customer is this wallet or deposit address assigned to?"),
    "who_paid_through_processor": mark(
        "For which customer and merchant was this payment address made, and who paid to it?"
    ),
    "trace_wallet": mark("Which exchange does this wallet lead to? Trace it first; no holder is known."),
}


def say(ask: str) -> str:
    """The words of a lead's question, in the language in force."""
    return translate(ASKS.get(ask, ask))


class Leads:
    """Requests to providers, exchanges and mail hosts, those that perish first at the top."""

    name = "leads"
    version = 2
    reads: tuple[str, ...] = (
        "account",
        "login",
        "account_key",
        "value_key",
        "account_value",
        "value_listed",
        "address",
        "login_day",
        "identity_account",
        "identity_threshold",
    )
    inputs: tuple[str, ...] = ()
    writes: Mapping[str, pa.Schema] = {
        "lead": pa.schema(
            [
                ("lead", _S),
                ("identity", _S),
                ("addressee", _S),
                ("kind", _S),
                ("ask", _S),
                ("address", _S),
                ("port", _I),
                ("at", UTC_INSTANT),
                ("perishes_at", UTC_INSTANT),
                ("obs", _I),
            ]
        ),
        "leads_finding": FINDING,
        "leads_support": SUPPORT,
    }
    order: Mapping[str, str] = {"lead": "perishes_at NULLS LAST, lead", "leads_finding": "finding"}

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        del inputs
        sql = load("fanal.analyse", "leads.sql")
        engine.bind(
            "lead_retention",
            pa.table(
                {
                    "kind": [r.kind for r in RETENTION],
                    "country": [r.country for r in RETENTION],
                    "days": [r.days for r in RETENTION],
                }
            ),
        )
        places = {
            "top": str(TOP),
            "newest": str(NEWEST),
            "version": str(self.version),
            "lead": content_id_sql(
                literal("lead"),
                literal(str(self.version)),
                "l.identity",
                "l.kind",
                "l.address",
                "CAST(l.obs AS VARCHAR)",
            ),
        }
        for table in (
            "lead_identity",
            "lead_account",
            "lead_day",
            "lead_top",
            "lead_newest",
            "lead_login",
            "lead_address",
            "lead_value",
            "lead_holder",
            "lead_answered",
            "lead_last_seen",
            "lead_held",
            "lead",
            "leads_finding",
            "leads_support",
        ):
            engine.define(table, fill(sql[table], **places))
        counted = engine.rows("SELECT kind, count(*) AS n FROM lead GROUP BY kind")
        found = dict(zip(counted["kind"].to_pylist(), counted["n"].to_pylist(), strict=True))
        return {kind: found.get(kind, 0) for kind in ("address", "wallet", "mailbox")}

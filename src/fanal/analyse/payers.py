"""The step `payers`: an online identity that was paid for with what another one holds. A lead, never a merge.

A parent pays for a child's account, a friend for a friend's. So a wallet, mailbox or bank account
that ties one identity by payment alone and another as its holder joins nothing (`resolve`); what is
left of it stands here, for an officer and for a request to the payer's exchange.
"""

from collections.abc import Mapping

import pyarrow as pa

from fanal.analyse.ids import content_id_sql, literal
from fanal.analyse.step import Account
from fanal.engine.door import Engine
from fanal.engine.statements import fill, load
from fanal.model.inputs import Inputs
from fanal.model.tables import EXAMPLES_PER_FINDING, FINDING, SUPPORT

_S, _I = pa.string(), pa.int64()
#: A value that more identities hold is a family's or a service's, and names no payer.
HOLDERS = 3


class Payers:
    """Online identities to those who paid for them."""

    name = "payers"
    version = 1
    reads: tuple[str, ...] = ("account_value", "value_key", "identity_account", "cospend_use", "wallet_context")
    inputs: tuple[str, ...] = ()
    writes: Mapping[str, pa.Schema] = {
        "paid_by": pa.schema(
            [
                ("identity", _S), ("payer", _S), ("value_id", _I), ("reason", _S), ("payments", _I), ("obs_paid", _I),
                ("obs_held", _I),
            ]
        ),
        "payers_finding": FINDING,
        "payers_support": SUPPORT,
    }  # fmt: skip
    order: Mapping[str, str] = {"paid_by": "identity, payer, value_id, reason"}

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        del inputs
        sql = load("fanal.analyse", "payers.sql")
        places = {
            "holders": str(HOLDERS),
            "version": str(self.version),
            "examples": str(EXAMPLES_PER_FINDING),
            "finding": content_id_sql(literal("payers"), literal(str(self.version)), "s.identity", "s.payer"),
        }
        for name in ("payers_paying", "payers_use", "payers_held", "payers_few", "paid_by", "payers_said",
                     "payers_finding", "payers_support"):  # fmt: skip
            engine.define(name, fill(sql[name], **places))
        account: dict[str, int | str] = engine.rows(sql["payers_account_of_run"]).to_pylist()[0]
        return account

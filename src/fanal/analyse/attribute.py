"""The step `attribute`: the countries of an online identity, with probability, and `undetermined` where none is.

Each kind of evidence has one vote, however many rows it rests on. It says where an identity seems
to live, not who it is, and never of which nationality. Which edition of the address lists spoke is
part of the result's version (`normalise`).
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from fanal.analyse import origin
from fanal.analyse.ids import content_id_sql, literal
from fanal.analyse.step import Account
from fanal.engine.door import Engine
from fanal.engine.statements import fill, load
from fanal.model.inputs import Inputs
from fanal.model.phone_countries import phone_countries
from fanal.model.tables import EXAMPLES_PER_FINDING, FINDING, SUPPORT

_S, _F = pa.string(), pa.float64()
VERSION = 1


class Attribute:
    """Online identities to countries."""

    name = "attribute"
    version = VERSION
    reads: tuple[str, ...] = (
        "account", "identifier", "login", "value_key", "account_value", "address", "address_listed", "login_day",
        "identity",
        "identity_account",
    )  # fmt: skip
    inputs: tuple[str, ...] = ()
    writes: Mapping[str, pa.Schema] = {
        "identity_country": pa.schema([("identity", _S), ("country", _S), ("probability", _F), ("rank", pa.int32())]),
        "identity_origin": pa.schema(
            [
                ("identity", _S), ("undetermined", pa.bool_()), ("words", _S), ("country", _S), ("probability", _F),
                ("would_change", _S),
            ]
        ),
        "attribute_finding": FINDING,
        "attribute_support": SUPPORT,
    }  # fmt: skip
    order: Mapping[str, str] = {"identity_country": "identity, rank", "identity_origin": "identity"}

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        del inputs
        sql = load("fanal.analyse", "attribute.sql")
        places = self._places()
        for table, rows in (
            ("attribute_evidence", origin.evidence_table()),
            ("attribute_asked", origin.asked_table()),
            ("attribute_name_written", origin.country_names()),
            ("attribute_domain", origin.country_domains()),
            ("attribute_language", origin.country_languages()),
            ("attribute_zone_country", origin.country_zones()),
            ("attribute_offset", origin.country_nights()),
        ):
            engine.bind(table, rows)
        for name in ("attribute_name", "attribute_identity", "attribute_member", "attribute_number", "attribute_mail",
                     "attribute_account"):  # fmt: skip
            engine.define(name, sql[name])
        norms = engine.rows(sql["attribute_norm"])["norm"].combine_chunks()
        engine.bind("attribute_number_country", pa.table({"norm": norms, "country": phone_countries(norms, engine)}))
        for name in ("attribute_phone", "attribute_home", "attribute_stated",
                     "attribute_zone", "attribute_named", "attribute_spoken", "attribute_candidate"):  # fmt: skip
            engine.define(name, fill(sql[name], **places))
        engine.bind("attribute_quiet_hour", _quiet(engine.rows(fill(sql["attribute_quiet"], **places))))
        for name in ("attribute_vote", "attribute_weighed", "attribute_source", "attribute_total",
                     "attribute_posterior", "attribute_best",
                     "attribute_part", "attribute_rests", "attribute_open", "identity_country", "identity_origin",
                     "attribute_said", "attribute_finding", "attribute_support"):  # fmt: skip
            engine.define(name, fill(sql[name], **places))
        account: dict[str, int | str] = engine.rows(sql["attribute_account_of_run"]).to_pylist()[0]
        return account

    def _places(self) -> dict[str, str]:
        """The fragments and constants that the statements leave open."""
        words = " ".join(f"WHEN probability >= {least} THEN {literal(word)}" for least, word in origin.WORDS)
        return {
            "alike": f"{float(origin.ALIKE)!r}",
            "shared": f"{origin.SHARED!r}",
            "cap": f"{origin.CAP!r}",
            "recent": f"{origin.RECENT_DAYS}",
            "possible": f"{origin.POSSIBLE!r}",
            "shown": f"{origin.SHOWN!r}",
            "night": f"{origin.SAME_NIGHT!r}",
            "few": f"{origin.FEW}",
            "hours": ", ".join(f"sum((l.hour_mask >> {h}) & 1) AS h{h}" for h in range(24)),
            "words": f"CASE {words} END",
            "ask": literal(" ".join(f"ask_for:{kind}" for kind in sorted(origin.ASKED_FOR))),
            "examples": str(EXAMPLES_PER_FINDING),
            "version": str(self.version),
            "finding": content_id_sql(
                literal("attribute"), literal(str(self.version)), "s.identity", "coalesce(s.country, '')"
            ),
        }


def _quiet(hours: pa.Table) -> pa.Table:
    """Where an identity's night begins, in UTC hours, for those whose days have one.

    Args:
        hours: `iid`, and h0 to h23: on how many days it was active in that hour.

    Returns:
        iid, quiet (0 to 23), n (hours of days seen).
    """
    counts = np.stack([hours[f"h{h}"].to_numpy().astype(np.float64) for h in range(24)], axis=1)
    seen = counts.sum(axis=1)
    night = sum(np.roll(counts, -h, axis=1) for h in range(origin.NIGHT_HOURS))
    least = np.asarray(night).min(axis=1, initial=np.inf)
    # Of equally quiet stretches the middle one: the night is longer than the hours looked at.
    tied = np.asarray(night) <= least[:, None]
    angle = np.exp(2j * np.pi * np.arange(24) / 24)
    middle = np.rint(np.angle((tied * angle).sum(axis=1)) / (2 * np.pi) * 24).astype(np.int64) % 24
    spread = (counts > 0).sum(axis=1) >= origin.HOURS_AWAKE
    kept = spread & (seen >= origin.HOURS_SEEN) & (least <= origin.NIGHT_SHARE * seen)
    iid = hours["iid"].to_numpy()[kept]
    return pa.table({"iid": iid, "quiet": middle[kept], "n": seen[kept].astype(np.int64)})

"""The step `attribute`: the countries of an online identity, with probability, and `undetermined` where none is.

Each kind of evidence has one vote, however many rows it rests on. It says where an identity seems
to live, not who it is, and never of which nationality. Which edition of the address lists spoke is
part of the result's version (`normalise`). Where an officer decided on the country, that word is the
answer; what the evidence says stays as a finding beside it.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from fanal.analyse import nations, origin, votes
from fanal.analyse.answers import CONTEXT, ROLES, Answers, Grounds, Posterior, answers, unmoved
from fanal.analyse.gather import Seen, identities, of_accounts, of_logins, of_values
from fanal.analyse.ids import content_id_sql, literal
from fanal.analyse.likelihood import learned
from fanal.analyse.sightings import Flags, Floats
from fanal.analyse.step import Account
from fanal.engine.door import Engine
from fanal.engine.statements import fill, load
from fanal.model.inputs import Inputs
from fanal.model.tables import EXAMPLES_PER_FINDING, FINDING, SUPPORT

_S, _F, _I = pa.string(), pa.float64(), pa.int64()
VERSION = 2
_UNLISTED = len(origin.EVIDENCE)


class Attribute:
    """Online identities to countries."""

    name = "attribute"
    version = VERSION
    reads: tuple[str, ...] = (
        "account", "identifier", "login", "value_key", "account_value", "address", "address_listed", "login_day",
        "identity_account",
    )  # fmt: skip
    inputs: tuple[str, ...] = ("origins",)
    writes: Mapping[str, pa.Schema] = {
        "identity_country": pa.schema([("identity", _S), ("country", _S), ("probability", _F), ("rank", pa.int32())]),
        "identity_origin": pa.schema(
            [
                ("identity", _S), ("undetermined", pa.bool_()), ("words", _S), ("country", _S), ("probability", _F),
                ("would_change", _S),
            ]
        ),
        "unlisted_anonymiser": pa.schema(
            [("kind", _S), ("value", _S), ("country", _S), ("users", _I), ("elsewhere", _I), ("named", _I)]
        ),
        "attribute_finding": FINDING,
        "attribute_support": SUPPORT,
    }  # fmt: skip
    order: Mapping[str, str] = {"identity_country": "identity, rank", "identity_origin": "identity"}

    def run(self, engine: Engine, inputs: Inputs) -> Account:
        """See Step.run."""
        sql = load("fanal.analyse", "attribute.sql")
        told = inputs.origins
        words = {"account": pa.array([o.account for o in told], _S), "country": pa.array([o.country for o in told], _S)}
        engine.bind("attribute_word", pa.table(words))
        engine.define("attribute_decided", sql["attribute_decided"])
        for table, rows in (
            ("attribute_name", nations.country_names()),
            ("attribute_domain", nations.country_domains()),
            ("attribute_language", nations.languages()),
            ("attribute_zone", nations.country_zones()),
            ("attribute_country", nations.country_codes()),
        ):
            engine.bind(table, rows)
        people = identities(engine)
        n = len(people.identity)
        brought = [*of_accounts(engine, sql, people), *of_values(engine, sql, people)]
        seen = of_logins(engine, sql, people, brought)
        cast = votes.together([*brought, *seen.parts], n)
        said, every, ground = answers(cast, learned(cast), unmoved(seen.last_day), EXAMPLES_PER_FINDING - 1)
        self._hand_over(engine, people.identity, said, every, ground, seen)
        finding = content_id_sql(
            literal("attribute"), literal(str(self.version)), "s.identity", "coalesce(s.country, '')"
        )
        engine.define("attribute_said", fill(sql["attribute_said"], finding=finding))
        # Written once and read by nothing else here: not held beside what they are made of.
        for name in self.writes:
            engine.name(name, fill(sql[name], version=str(self.version)))
        determined = said.probability >= origin.POSSIBLE
        return {
            "identities": n,
            "undetermined": int(n - determined.sum()),
            "countries": len(np.unique(said.code[determined])),
            "almost certain": int((said.probability >= origin.WORDS[0][0]).sum()),
            "unlisted anonymisers": seen.hidden.num_rows,
        }

    def _hand_over(
        self, engine: Engine, identity: pa.Array, said: Answers, every: Posterior, ground: Grounds, seen: Seen
    ) -> None:
        """Give the engine what was found, as tables."""
        n = len(identity)
        determined = said.probability >= origin.POSSIBLE
        behind = said.n.copy()
        behind[seen.unlisted_iid] += 1
        engine.bind("attribute_identity", pa.table({"iid": np.arange(n, dtype=np.int64), "identity": identity}))
        engine.bind(
            "attribute_answer",
            pa.table(
                {
                    "iid": np.arange(n, dtype=np.int64),
                    "undetermined": ~determined,
                    "words": _words(said.probability),
                    "code": pa.array(said.code.astype(np.int64), mask=~determined),
                    "probability": said.probability,
                    "would_change": _changes(said, determined),
                    "n": behind,
                }
            ),
        )
        engine.bind(
            "attribute_posterior",
            pa.table({name: getattr(every, name) for name in ("iid", "code", "probability", "rank")}),
        )
        context = len(seen.unlisted_iid)
        columns = {
            "iid": np.concatenate([ground.iid, seen.unlisted_iid]),
            "obs": np.concatenate([ground.obs, seen.unlisted_obs]),
            "weight": np.concatenate([ground.weight, np.zeros(context)]),
            "role": np.concatenate([ground.role, np.full(context, CONTEXT, np.int32)]),
            "reason": np.concatenate([ground.kind, np.full(context, _UNLISTED, np.int32)]),
        }
        engine.bind("attribute_ground", pa.table(columns))
        engine.bind("attribute_role", _numbered("role", ROLES))
        engine.bind("attribute_reason", _numbered("reason", (*(e.name for e in origin.EVIDENCE), *origin.CONTEXT)))
        engine.bind("attribute_hidden", seen.hidden)


def _numbered(name: str, words: tuple[str, ...]) -> pa.Table:
    return pa.table({"code": pa.array(range(len(words)), _I), name: pa.array(words, _S)})


def _words(probability: Floats) -> pa.Array:
    """The words of origin.WORDS for each probability."""
    least = np.array([-least for least, _ in origin.WORDS])
    place = np.searchsorted(least, -probability, side="left")
    return pa.array([word for _, word in origin.WORDS], _S).take(pa.array(place))


def _changes(said: Answers, determined: Flags) -> pa.Array:
    """The codes of `would_change`; few of them differ."""
    bits = np.stack([said.rests.astype(np.int64), said.open.astype(np.int64), determined.astype(np.int64)], axis=1)
    packed = (bits[:, 0] << 8 | bits[:, 1]) << 1 | bits[:, 2]
    kinds, place = np.unique(packed, return_inverse=True)
    texts = [origin.changes(one >> 9, one >> 1 & 255, determined=bool(one & 1)) for one in kinds.tolist()]
    return pa.array(texts, _S).take(pa.array(place))

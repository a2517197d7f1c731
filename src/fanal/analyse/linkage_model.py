"""Trains and applies a model of probabilistic linkage (Fellegi and Sunter 1969) with Splink.

u, how often a level is found between strangers, comes from all pairs of a random sample; m, how often it is
found between records of one person, from expectation maximisation. A level between the first and the last of a
comparison that nothing taught is left out: its pairs fall to a level below, which speaks less for one person. Of a
first or last level that was not trained Splink warns and goes on; here it stops. A match weight is log2 of the
odds and is never shown as a probability.
"""

import json
import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np
import pyarrow as pa

from fanal.analyse.coherence import Floats, Ints
from fanal.analyse.linkage_levels import Comparison, same
from fanal.base.digests import sha256_bytes
from fanal.base.errors import FanalError
from fanal.engine.duck import Duck

#: Records of the sample whose pairs, some million, tell how often strangers agree.
SAMPLE = 1500
#: Fewer records than this teach nothing about strangers.
FEWEST_STRANGERS = 25
#: With fewer pairs of strangers a level that none of them reached stays untrained; else half a pair stands for it.
FEWEST_PAIRS = 100_000
#: With fewer pairs to teach m even the last level of a comparison, whatever is left over, must have been seen.
FEWEST_ALIKE = 200
#: No level is rarer among records of one person than this: even a good register has slips of the pen.
LEAST_M = 0.001
#: m and u are kept to so many significant digits: sums taken in another order change nothing.
DIGITS = 6
SEED = 1
#: Two random records are never taken to be one person's more often than this.
LIKELIEST = 0.5
_NOT_OF_THE_MODEL = ("linker_uid", "blocking_rules_to_generate_predictions")


class NotTrained(FanalError):
    """A level has no m or no u: its weight would be made up."""

    code = "F-LINKAGE-01"
    text = "not trained: {levels}; nothing was linked"


@dataclass(frozen=True)
class Plan:
    """What to train, and on what.

    Attributes:
        comparisons: what is compared.
        sessions: lists of columns on which pairs are blocked to train m; each leaves out the comparisons that read one.
        likely: lists of columns; pairs that agree in all columns of one are almost surely one person's.
        recall: the share of true pairs that `likely` is taken to find.
        across: only pairs of two sources.
    """

    comparisons: tuple[Comparison, ...]
    sessions: tuple[tuple[str, ...], ...]
    likely: tuple[tuple[str, ...], ...]
    recall: float
    across: bool = False


@dataclass(frozen=True)
class Model:
    """A trained model: Splink's settings as JSON text, the chart of its weights, and what it was made with."""

    text: str
    chart: str
    splink: str
    seed: int

    @property
    def digest(self) -> str:
        """Hex SHA-256 of the settings."""
        return sha256_bytes(self.text.encode())

    def kept(self, comparisons: tuple[Comparison, ...]) -> tuple[Comparison, ...]:
        """The comparisons without the levels that nothing taught."""
        trained = self.weights()
        left = (
            replace(one, levels=tuple(level for level in one.levels if level.name in trained)) for one in comparisons
        )
        return tuple(one for one in left if one.levels)

    def weights(self) -> dict[str, float]:
        """Match weight, log2(m/u), of each level by its name."""
        return {
            level["label_for_charts"]: math.log2(level["m_probability"] / level["u_probability"])
            for level in _levels(json.loads(self.text))
        }


@dataclass(frozen=True)
class Scored:
    """Candidate pairs by place in the table of records, `a` < `b`, sorted, and their match weight (log2)."""

    a: Ints
    b: Ints
    weight: Floats


@dataclass(frozen=True)
class Teachers:
    """Tables to train on, where those to link are only a part. Their columns are those of the records.

    Attributes:
        strangers: a random sample of all, for u.
        alike: records for m, which the sessions block.
        population: how many there are in all.
    """

    strangers: pa.Table
    alike: pa.Table
    population: int


def link(records: pa.Table, plan: Plan, least: float, teachers: Teachers | None = None) -> tuple[Model, Scored]:
    """Train on these records and weigh their candidate pairs.

    Args:
        records: `keys` (list of text: records that have one in common are candidates), the columns that the
            comparisons and sessions read, and `source` where the plan goes across. Their order is part of the
            result: sort them.
        plan: what to train.
        least: pairs below this match weight are left out.
        teachers: what to train on; None, the records themselves.

    Raises:
        NotTrained: a level has no m or u.
    """
    numbered = _numbered(records)
    taught = teachers or _themselves(numbered)
    if not plan.comparisons or len(taught.strangers) < FEWEST_STRANGERS:
        raise NotTrained(levels="u")
    with Duck(threads=1) as engine, _quiet():
        settings, chart = _trained(engine, numbered, plan, taught)
        predicted = _linker(engine, numbered, settings).inference.predict(threshold_match_weight=least)
        rows = engine.rows(
            f"SELECT record_l, record_r, match_weight FROM {predicted.physical_name} ORDER BY record_l, record_r"
        )
    kept = {name: value for name, value in settings.items() if name not in _NOT_OF_THE_MODEL}
    model = Model(json.dumps(kept, sort_keys=True), json.dumps(chart, sort_keys=True), version("splink"), SEED)
    a, b = (np.asarray(rows[name], dtype=np.int64) for name in ("record_l", "record_r"))
    weight: Floats = np.asarray(rows["match_weight"], dtype=np.float64).round(3)
    return model, Scored(a, b, weight)


def levels_of(records: pa.Table, comparisons: tuple[Comparison, ...], a: Ints, b: Ints) -> pa.Table:
    """Which level each pair reaches: a column a comparison, with level names; NULL where a side tells nothing."""
    with Duck(threads=1) as engine:
        engine.bind("pair", pa.table({"pair": np.arange(len(a)), "a": a, "b": b}))
        engine.bind("record", _numbered(records))
        return engine.rows(f"SELECT {_cases(records, comparisons, 'record', 'pair')} ORDER BY pair")


def _cases(records: pa.Table, comparisons: tuple[Comparison, ...], table: str, pairs: str) -> str:
    """The columns and FROM of a SELECT: of each pair of record numbers, the level of every comparison."""
    names = dict.fromkeys((*records.column_names, "record"))
    left, right = (", ".join(f'"{name}" AS "{name}_{side}"' for name in names) for side in "lr")
    return (
        f"{', '.join(_case(one) for one in comparisons)} FROM {pairs} "
        f"JOIN (SELECT {left} FROM {table}) ON record_l = a JOIN (SELECT {right} FROM {table}) ON record_r = b"
    )


def _case(comparison: Comparison) -> str:
    whens = "".join(f" WHEN {level.sql} THEN '{level.name}'" for level in comparison.levels if level.sql)
    last = comparison.levels[-1].name
    return f"CASE WHEN {comparison.known} THEN NULL{whens} ELSE '{last}' END AS \"{comparison.name}\""


def _numbered(records: pa.Table) -> pa.Table:
    """With a column `record`: the place of each row."""
    if "record" in records.column_names:
        records = records.drop_columns(["record"])
    return records.append_column("record", pa.array(np.arange(len(records))))


def _themselves(records: pa.Table) -> Teachers:
    drawn = np.sort(np.random.default_rng(SEED).permutation(len(records))[:SAMPLE])
    return Teachers(records.take(pa.array(drawn)), records, len(records))


def _trained(engine: Duck, records: pa.Table, plan: Plan, teachers: Teachers) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings with m and u of every level, and the chart of their weights. Raises NotTrained."""
    settings = _with_u(engine, plan, _numbered(teachers.strangers))
    settings["probability_two_random_records_match"] = _prior(engine, plan, records, teachers.population)
    settings = _with_m(engine, plan, teachers.alike, settings)
    untrained = _untrained(settings, "m_probability")
    if untrained:
        ends = {level.name for one in plan.comparisons for level in (one.levels[0], one.levels[-1])}
        if untrained & ends:
            _refuse(untrained & ends & _reached(engine, records, plan))
        _leave_out(settings, untrained)
    _settle(settings)
    return settings, _chart(_linker(engine, records, settings))


def _prior(engine: Duck, plan: Plan, records: pa.Table, population: int) -> float:
    """The share of all pairs that are one person's: those that almost surely are, over the share that they make up."""
    engine.bind("record", records)
    sure = " UNION ".join(
        f"SELECT l.record, r.record FROM record AS l JOIN record AS r ON l.record < r.record AND {_agree(columns)}"
        for columns in plan.likely
    )
    found = engine.rows(f"SELECT count(*) AS n FROM ({sure}) AS sure")["n"][0].as_py() if sure else 0
    if not found:
        # How rare they are would be made up.
        raise NotTrained(levels="prior")
    return min(float(found) / plan.recall / (population * (population - 1) / 2), LIKELIEST)


def _leave_out(settings: dict[str, Any], untrained: set[str]) -> None:
    for comparison in settings["comparisons"]:
        levels = [one for one in comparison["comparison_levels"] if one["label_for_charts"] not in untrained]
        conditions = {one["sql_condition"] for one in levels}
        for level in levels:
            # Splink measures a value's rarity against the level at which the column itself is the same.
            if same(str(level.get("tf_adjustment_column"))) not in conditions:
                level.pop("tf_adjustment_column", None)
                level.pop("tf_adjustment_weight", None)
        comparison["comparison_levels"] = levels
    # With one level left nothing is compared.
    settings["comparisons"] = [one for one in settings["comparisons"] if len(list(_levels({"comparisons": [one]}))) > 1]
    if not settings["comparisons"]:
        raise NotTrained(levels=", ".join(sorted(untrained)))


def _with_u(engine: Duck, plan: Plan, strangers: pa.Table) -> dict[str, Any]:
    """How often strangers reach each level. Raises NotTrained."""
    pairs = len(strangers) * (len(strangers) - 1) // 2
    linker = _linker(engine, strangers, _settings(plan))
    # More than the sample has: Splink then draws none of its own; in one part, and to the end: it takes every pair.
    # Otherwise it stops early, on parts cut by the engine's own hash, and the same lake gives another model.
    linker.training.estimate_u_using_random_sampling(
        max_pairs=4 * pairs + 4, seed=SEED, min_count_per_level=None, num_chunks=1
    )
    settings: dict[str, Any] = linker.misc.save_model_to_json()
    if pairs >= FEWEST_PAIRS:
        for level in _levels(settings):
            if not _known(level, "u_probability"):
                level["u_probability"] = 0.5 / pairs
    _refuse(_untrained(settings, "u_probability"))
    return settings


def _with_m(engine: Duck, plan: Plan, alike: pa.Table, settings: dict[str, Any]) -> dict[str, Any]:
    """How often one person's records reach each level; what no session teaches stays without."""
    from splink.internals.exceptions import EMTrainingException  # noqa: PLC0415  see Duck.splink

    linker = _linker(engine, _numbered(alike), settings)
    for columns in plan.sessions:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                _agree(columns), estimate_without_term_frequencies=True
            )
        except EMTrainingException:
            continue  # no pair to learn from
    settings = linker.misc.save_model_to_json()
    alike_pairs = max((_pairs_alike(alike, columns) for columns in plan.sessions), default=0)
    if alike_pairs >= FEWEST_ALIKE:
        for comparison in settings["comparisons"]:
            last = comparison["comparison_levels"][-1]
            if not _known(last, "m_probability"):
                last["m_probability"] = max(LEAST_M, 0.5 / alike_pairs)
    return settings


def _pairs_alike(records: pa.Table, columns: tuple[str, ...]) -> int:
    """How many pairs agree in these columns."""
    sizes = records.select(list(columns)).drop_null().group_by(list(columns)).aggregate([([], "count_all")])
    n = np.asarray(sizes["count_all"], dtype=np.int64)
    return int((n * (n - 1) // 2).sum())


def _agree(columns: tuple[str, ...]) -> str:
    return " AND ".join(f'l."{column}" = r."{column}"' for column in columns)


def _settings(plan: Plan) -> dict[str, Any]:
    rule = "l.keys = r.keys" + (" AND l.source <> r.source" if plan.across else "")
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record",
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [{"blocking_rule": rule, "arrays_to_explode": ["keys"]}],
        "comparisons": [_comparison(one) for one in plan.comparisons],
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": comparison.known, "label_for_charts": "not known", "is_null_level": True}
    ]
    for level in comparison.levels:
        made: dict[str, Any] = {"sql_condition": level.sql or "ELSE", "label_for_charts": level.name}
        if level.frequency:
            made |= {"tf_adjustment_column": level.frequency, "tf_adjustment_weight": 1.0}
        levels.append(made)
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _linker(engine: Duck, records: pa.Table, settings: dict[str, Any]) -> Any:
    from splink import Linker  # noqa: PLC0415  see Duck.splink

    return Linker(engine.splink().register(records), settings, log_level=None)


def _levels(settings: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for comparison in settings["comparisons"]:
        yield from (one for one in comparison["comparison_levels"] if not one.get("is_null_level"))


def _known(level: dict[str, Any], name: str) -> bool:
    """Whether a number was learned; Splink leaves it out, or puts words in its place."""
    return isinstance(level.get(name), int | float)


def _untrained(settings: dict[str, Any], name: str) -> set[str]:
    return {level["label_for_charts"] for level in _levels(settings) if not _known(level, name)}


def _refuse(untrained: set[str]) -> None:
    if untrained:
        raise NotTrained(levels=", ".join(sorted(untrained)))


def _reached(engine: Duck, records: pa.Table, plan: Plan) -> set[str]:
    """The levels that some candidate pair has. One that none has weighs in nothing: it needs no training."""
    engine.bind("record", records)
    engine.define("record_key", "SELECT record, unnest(keys) AS key FROM record")
    engine.define(
        "candidate",
        "SELECT DISTINCT l.record AS a, r.record AS b FROM record_key AS l JOIN record_key AS r "
        "ON l.key = r.key AND l.record < r.record",
    )
    rows = engine.rows(f"SELECT DISTINCT {_cases(records, plan.comparisons, 'record', 'candidate')}")
    return {name for column in rows.columns for name in column.to_pylist() if name}


def _settle(settings: dict[str, Any]) -> None:
    """Keep every m above LEAST_M, let those of one comparison sum to one, and round."""
    for comparison in settings["comparisons"]:
        levels = list(_levels({"comparisons": [comparison]}))
        total = sum(max(level["m_probability"], LEAST_M) for level in levels)
        for level in levels:
            level["m_probability"] = _rounded(max(level["m_probability"], LEAST_M) / total)
            # Where all strangers of the sample are alike in it the rest is found with none of them.
            level["u_probability"] = _rounded(max(level["u_probability"], 1e-9))
    settings["probability_two_random_records_match"] = _rounded(settings["probability_two_random_records_match"])


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def _chart(linker: Any) -> dict[str, Any]:
    """Splink's chart of the match weights in Vega-Lite's form, its rows inside; it names no address."""
    chart: dict[str, Any] = linker.visualisations.match_weights_chart().chart_dict
    chart.pop("$schema", None)
    return chart


class _quiet:  # noqa: N801  a context, used like a function
    """Splink tells of its progress through logging, on standard error; what matters of it is refused above."""

    def __enter__(self) -> None:
        self._before = logging.getLogger("splink").level
        logging.getLogger("splink").setLevel(logging.ERROR)

    def __exit__(self, *_: object) -> None:
        logging.getLogger("splink").setLevel(self._before)

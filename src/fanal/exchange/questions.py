"""requests.csv: what the recipient can ask providers, exchanges and mail hosts at once, a row a question.

The rows have the columns of a request table (`exchange.requests`), with the addressee in front; addressees stand in the
order in which their first records perish. Nothing of the case and of accounts is in it: which reference stands for
which identity is in tables/request.parquet, which is not for the addressee.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc

from fanal.analyse.leads import say as asked
from fanal.base.language import speaking
from fanal.exchange.plan import PackagePlan
from fanal.exchange.selection import Selection
from fanal.exchange.sheet import guarded
from fanal.lake.parquet import write_table

REQUESTS = "data/requests.csv"
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


def write_requests(folder: Path, selection: Selection, plan: PackagePlan) -> int:
    """Write one bag's requests.csv and tables/request.parquet, in the recipient's language.

    Returns:
        How many questions; where there is none, no file is written.
    """
    rows = selection.of("request", plan.country, "who, n")
    if not rows.num_rows:
        return 0
    compute = pa.compute
    who = compute.utf8_lpad(compute.cast(rows["who"], pa.string()), 3, "0")
    place = compute.cast(rows["n"], pa.string())
    head = f"{plan.operation}-{plan.country}{plan.number}"
    reference = compute.binary_join_element_wise(head, who, place, "-")
    perishes = compute.strftime(rows["perishes_at"], format="%Y-%m-%d")
    with speaking(plan.spoken):
        coded = rows["ask"].combine_chunks().dictionary_encode()
        question = pa.array([asked(ask) for ask in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)
    columns = {
        "addressee": rows["addressee"],
        "reference": reference,
        "question": pa.chunked_array([question]),
        "address": rows["address"],
        "port": compute.cast(rows["port"], pa.string()),
        "instant_utc": _instants(rows["at"]),
        "clock_offset_s": compute.cast(rows["clock_offset_s"], pa.string()),
        "true_instant_utc": _instants(rows["true_at"]),
        "kept_until_about": perishes,
    }
    table = pa.table({name: guarded(column) for name, column in columns.items()})
    pc.write_csv(table, folder / REQUESTS, pc.WriteOptions(quoting_style="needed"))
    key = pa.table({"reference": reference, "identity": rows["identity"], "lead": rows["lead"]})
    return write_table(folder / "data/tables/request.parquet", key)


def _instants(column: pa.ChunkedArray) -> pa.ChunkedArray:
    whole = pa.compute.floor_temporal(column, unit="second").cast(pa.timestamp("s"))
    return pa.compute.strftime(whole, format=_INSTANT)

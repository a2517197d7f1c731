"""Links FEBRL records with recordlinkage: its FEBRL example's comparisons, then its ECM classifier.

Facts from the examples "Data deduplication" and "Link two datasets" of its documentation (block on the given
name; given name, date of birth, suburb and state compared exactly; surname and address by similarity above .85)
and from its notebook on unsupervised classification (ECMClassifier, fit and predict on the same vectors).

Usage: recordlinkage_peer.py febrl3|febrl4 OUT FILE...   writes pairs of record ids, one a line, a tab between.
"""

import json
import sys
import warnings
from pathlib import Path

import pandas as pd
import recordlinkage

warnings.filterwarnings("ignore")


def load(path: str) -> pd.DataFrame:
    """One FEBRL file, as the package's own loader reads it."""
    return pd.read_csv(
        path, index_col="rec_id", sep=",", engine="c", skipinitialspace=True, encoding="utf-8",
        dtype={"street_number": object, "date_of_birth": object, "soc_sec_id": object, "postcode": object},
    )  # fmt: skip


def main(_name: str, out: str, *files: str) -> None:
    """Link, write the pairs that the classifier calls links, and say how many."""
    tables = [load(path) for path in files]
    indexer = recordlinkage.Index()
    indexer.block("given_name")
    candidates = indexer.index(*tables)
    compare = recordlinkage.Compare()
    compare.exact("given_name", "given_name", label="given_name")
    compare.string("surname", "surname", method="jarowinkler", threshold=0.85, label="surname")
    compare.exact("date_of_birth", "date_of_birth", label="date_of_birth")
    compare.exact("suburb", "suburb", label="suburb")
    compare.exact("state", "state", label="state")
    compare.string("address_1", "address_1", threshold=0.85, label="address_1")
    vectors = compare.compute(candidates, *tables)
    links = recordlinkage.ECMClassifier().fit_predict(vectors)
    Path(out).write_text("".join(f"{a}\t{b}\n" for a, b in links), encoding="utf-8")
    json.dump({"pairs": len(links), "note": "blocks on the given name, as its example does"}, sys.stdout)


main(*sys.argv[1:])

"""The identifier kinds: one literal registry, and the pass that fills the column `norm`.

A new kind is one module with a `Kind` and one line here.
"""

import pyarrow as pa
import pyarrow.compute as pc

from fanal.model.kind import Kind, Sql
from fanal.model.kinds_bank import BANK_ACCOUNT, NATIONAL_ID
from fanal.model.kinds_crypto import CRYPTO_ADDRESS
from fanal.model.kinds_mail import EMAIL
from fanal.model.kinds_phone import PHONE
from fanal.model.kinds_text import DEVICE, NAME, USERNAME

# Part of every exhibit's record: another version means other norms.
VERSION = 1

KINDS: tuple[Kind, ...] = (EMAIL, PHONE, CRYPTO_ADDRESS, DEVICE, USERNAME, NAME, BANK_ACCOUNT, NATIONAL_ID)
BY_NAME = {kind.name: kind for kind in KINDS}


def normalised(table: pa.Table, engine: Sql) -> pa.Table:
    """The same identifier rows in the same order, with `norm` filled from `kind` and `value`.

    Each distinct value is normalised once. A kind that is none of KINDS has no normal form.

    Args:
        table: rows with the string columns `kind` and `value`; `norm` is replaced or added at the end.
        engine: where the SQL runs; it may be locked.
    """
    kinds = table.column("kind").combine_chunks()
    values = table.column("value").combine_chunks()
    found = pa.nulls(table.num_rows, pa.string())
    for kind in KINDS:
        mask = pc.fill_null(pc.equal(kinds, kind.name), fill_value=False)
        if not pc.any(mask).as_py():
            continue
        coded = pc.filter(values, mask).dictionary_encode()
        made = kind.norms(coded.dictionary, engine)
        found = pc.replace_with_mask(found, mask, made.take(coded.indices))
    if "norm" in table.column_names:
        return table.set_column(table.column_names.index("norm"), "norm", found)
    return table.append_column("norm", found)

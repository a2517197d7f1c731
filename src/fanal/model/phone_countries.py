"""The country that a telephone number belongs to, by its calling code and, where several share one, its digits.

A number's country is where it was issued. Where its user sits is for `attribute` to weigh.
"""

import numpy as np
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc

from fanal.model.kind import Sql, select
from fanal.model.kinds_phone import AT_MOST, MAIN_REGION, by_key, coded, few, is_of_some_type, metadata_of, put, starts

_NOWHERE = phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY
_SHARED = tuple(str(c) for c, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items() if len(regions) > 1)


def phone_country(norm: str) -> str | None:
    """The reference: the country of one number in E.164, by the library; None for numbers of no country."""
    region: str | None = phonenumbers.region_code_for_number(phonenumbers.parse(norm))
    return None if region == _NOWHERE else region


def _regions(part: pa.Table, code: str) -> pa.Array:
    """The regions of national numbers, column `n`, of a calling code that several regions share."""
    texts = part["n"].combine_chunks()
    found = pa.nulls(len(texts), pa.string())
    for region in reversed(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[int(code)]):
        metadata = metadata_of(int(code), region)
        here = starts(texts, metadata.leading_digits) if metadata.leading_digits else is_of_some_type(texts, metadata)
        found = pc.if_else(here, pa.scalar(region), found)
    return found


def phone_countries(norms: pa.Array, engine: Sql) -> pa.Array:
    """The countries of normalised numbers, in their order; NULL for numbers of no country.

    Args:
        norms: valid numbers in E.164, best distinct ones, without NULLs.
        engine: where the rules run.

    Returns:
        ISO 3166 alpha-2 codes.
    """
    parts = select(pa.table({"i": np.arange(len(norms)), "s": norms}), engine, coded).combine_chunks()
    codes = parts["c"].combine_chunks()
    main = pa.table({"c": list(MAIN_REGION), "region": list(MAIN_REGION.values())})
    found = main["region"].combine_chunks().take(pc.index_in(codes, main["c"].combine_chunks()))
    found = pc.if_else(pc.equal(found, _NOWHERE), pa.scalar(None, pa.string()), found)
    shared = pc.fill_null(pc.is_in(codes, pa.array(_SHARED)), fill_value=False)
    rare = few(pc.filter(codes, shared), AT_MOST)
    by_library = pc.and_(shared, pc.is_in(codes, pa.array(rare, pa.string())))
    rows, made = by_key(codes, pc.and_not(shared, by_library), parts, _regions)
    found = put(found, rows, made)
    asked = [phone_country(norm) for norm in pc.filter(norms, by_library).to_pylist()]
    return pc.replace_with_mask(found, by_library, pa.array(asked, pa.string()))

"""Normal forms of telephone numbers, one a line, by the phonenumbers library."""

import json
import sys
import time
from pathlib import Path

import phonenumbers
from phonenumbers.re_util import enable_pattern_cache


def norm(value: str) -> str:
    """E.164; an empty text where the number is not valid. `ES:` before a national number is its region."""
    region, colon, digits = value.partition(":")
    text = digits if colon else "+" + value[2:] if value.startswith("00") else value
    try:
        number = phonenumbers.parse(text, region if colon else None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


values = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
enable_pattern_cache()
for value in values:
    norm(value)  # so that all metadata is loaded and every pattern compiled
began = time.process_time()
found = [norm(value) for value in values]
took = time.process_time() - began
Path(sys.argv[2]).write_text("".join(f"{one}\n" for one in found), encoding="utf-8")
json.dump({"units": len(values), "cpu_s": took}, sys.stdout)

"""Countries of addresses by maxminddb, one look-up a line; lines are in memory before they are looked up."""

import json
import sys
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import maxminddb

found: Counter[str] = Counter()
took, units = 0.0, 0
with maxminddb.open_database(sys.argv[1], maxminddb.MODE_AUTO) as database, Path(sys.argv[2]).open() as lines:
    get = database.get
    while part := [line[:-1] for line in islice(lines, 1_000_000)]:
        countries = []
        began = time.process_time()
        for ip in part:
            try:
                entry = get(ip)
            except ValueError:
                entry = None
            countries.append(entry["country"]["iso_code"] if entry else "")
        took += time.process_time() - began
        found.update(countries)
        units += len(part)
Path(sys.argv[3]).write_text(json.dumps(found), encoding="utf-8")
json.dump({"units": units, "cpu_s": took, "note": type(database).__module__}, sys.stdout)

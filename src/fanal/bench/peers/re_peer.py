"""Reads a web log with Python's re, line by line: logins with their instants in UTC, written to a file."""

import csv
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

LINE = re.compile(
    r'(?P<ip>\S+) \S+ (?P<user>\S+) \[(?P<at>[^\]]+)\] "(?P<method>\S+) (?P<path>\S+)[^"\\]*(?:\\.[^"\\]*)*" '
    r'(?P<status>\d{3}) (?P<bytes>\S+) "(?P<referer>[^"\\]*(?:\\.[^"\\]*)*)" '
    r'"(?P<agent>[^"\\]*(?:\\.[^"\\]*)*)"'
)
path = Path(sys.argv[1])
lines = logins = 0
with path.open(encoding="utf-8") as log, path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as out:
    rows = csv.writer(out)
    for line in log:
        found = LINE.match(line)
        lines += found is not None
        if found and found["method"] == "POST" and found["path"].startswith("/login") and found["status"] == "302":
            at = datetime.strptime(found["at"], "%d/%b/%Y:%H:%M:%S %z").astimezone(UTC)
            rows.writerow((found["path"].partition("u=")[2], at.isoformat(), found["ip"], found["agent"]))
            logins += 1
path.with_suffix(".csv").unlink()
json.dump({"units": lines, "events": logins}, sys.stdout)

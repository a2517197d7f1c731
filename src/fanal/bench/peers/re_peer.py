"""Reads a web log with Python's re, line by line, logins out."""

import json
import re
import sys
from pathlib import Path

LINE = re.compile(
    r'(?P<ip>\S+) \S+ (?P<user>\S+) \[(?P<at>[^\]]+)\] "(?P<method>\S+) (?P<path>\S+)[^"]*" '
    r'(?P<status>\d{3}) (?P<bytes>\S+) "(?P<referer>[^"]*)" "(?P<agent>[^"]*)"'
)
lines, logins = 0, []
with Path(sys.argv[1]).open(encoding="utf-8") as log:
    for line in log:
        found = LINE.match(line)
        lines += found is not None
        if found and found["method"] == "POST" and found["path"].startswith("/login") and found["status"] == "302":
            logins.append((found["ip"], found["at"], found["path"], found["agent"]))
json.dump({"units": lines, "events": len(logins)}, sys.stdout)

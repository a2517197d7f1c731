"""Loads a dump into a throwaway PostgreSQL with psql, and counts what is there.

Arguments: the dump, the folder of PostgreSQL's programs, an empty folder for the cluster. The server runs
as `nobody` where this process is root: initdb refuses root.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

dump, programs, folder = (Path(argument).resolve() for argument in sys.argv[1:4])
NOBODY = 65534
OTHER = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}


def run(*command: str) -> str:
    """One program of PostgreSQL's, to its end."""
    whole = [str(programs / command[0]), *command[1:]]
    return subprocess.run(whole, check=True, capture_output=True, text=True, cwd=folder, **OTHER).stdout


if OTHER:
    os.chown(folder, NOBODY, NOBODY)
run("initdb", "-D", str(folder / "db"), "-U", "fanal", "--auth=trust", "-E", "UTF8", "--no-sync")
at = ("-h", str(folder), "-U", "fanal", "-d", "postgres", "-q", "-X")
options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
options += ["-c", "shared_buffers=512MB"]
with subprocess.Popen(
    [str(programs / "postgres"), "-D", str(folder / "db"), *options],
    stderr=subprocess.DEVNULL,
    cwd=folder,
    **OTHER,
) as server:
    for _ in range(100):
        ready = subprocess.run([str(programs / "pg_isready"), "-h", str(folder), "-q"], check=False)
        if ready.returncode == 0:
            break
        time.sleep(0.1)
    run("psql", *at, "-f", str(dump))
    counted = run("psql", *at, "-A", "-t", "-c", "SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM logins)")
    server.terminate()
shutil.rmtree(folder / "db")
json.dump({"units": int(counted)}, sys.stdout)

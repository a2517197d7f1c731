"""Loads a dump into a throwaway MariaDB with its own client, and counts what is there.

Arguments: the dump, an empty folder for the server's data.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

dump, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
data, socket = folder / "data", folder / "socket"
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
made = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
subprocess.run([*made, "--skip-test-db"], check=True, **quiet)
options = [f"--datadir={data}", f"--socket={socket}", "--skip-networking", "--user=root"]
options += ["--innodb-flush-log-at-trx-commit=0", "--max-allowed-packet=1G"]
client = ["mariadb", "--no-defaults", f"--socket={socket}", "-u", "root"]
with subprocess.Popen(["mariadbd", "--no-defaults", *options], **quiet) as server:
    for _ in range(300):
        if subprocess.run([*client, "-e", "SELECT 1"], check=False, **quiet).returncode == 0:
            break
        time.sleep(0.1)
    subprocess.run([*client, "-e", "CREATE DATABASE bench"], check=True, **quiet)
    with dump.open("rb") as rows:
        subprocess.run([*client, "--max-allowed-packet=1G", "bench"], check=True, stdin=rows)
    query = "SELECT (SELECT count(*) FROM users) + (SELECT count(*) FROM logins)"
    counted = subprocess.run([*client, "-N", "-e", query, "bench"], check=True, stdout=subprocess.PIPE)
    server.terminate()
json.dump({"units": int(counted.stdout)}, sys.stdout)

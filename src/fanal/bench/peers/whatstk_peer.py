"""Reads a chat export with whatstk."""

import json
import sys

from whatstk import df_from_whatsapp

frame = df_from_whatsapp(sys.argv[1], max_size=None)
json.dump({"units": len(frame), "events": 0, "senders": int(frame["username"].nunique())}, sys.stdout)

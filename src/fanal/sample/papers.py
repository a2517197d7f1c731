"""The papers that a model case comes with: a written threshold, as a prosecutor would approve it."""

from pathlib import Path

THRESHOLD = """\
# What an online identity must show before a package may hold it.
version = 1
approver = "Prosecutor's office, file 7"
approved_at = "2026-01-15T09:00:00Z"

[rules]
conduct = ["uploader", "sharer", "administrator", "recruiter", "payer", "signal"]
grades = ["examiner", "package"]
minimum_shares = 1
minimum_payments = 1
minimum_views = 3
minimum_added = 3
probability = 0.6
"""


def write_threshold(folder: Path) -> Path:
    """Write threshold.toml into the sample's folder. Returns its path."""
    path = folder / "threshold.toml"
    path.write_text(THRESHOLD, encoding="utf-8")
    return path

"""From how long before its last day a card is warned of."""

from datetime import timedelta

WARN = timedelta(days=30)

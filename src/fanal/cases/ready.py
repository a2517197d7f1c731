"""Setting Django up, once in a process, before anything imports the models."""

import os

import django
from django.apps import apps


def set_up() -> None:
    """Load the case store's application; harmless where that was done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanal.cases.settings")
    if not apps.ready:
        django.setup()

"""Encryption under keys made of the node's desk secret, which is no part of the database."""

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def box(purpose: str) -> Fernet:
    """What encrypts for one purpose: what was sealed for one is not opened for another."""
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"fanal {purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(made.derive(settings.SECRET_KEY.encode())))

"""What a node keeps for itself between two files of an exchange: sealed to its own key."""

import json
from pathlib import Path
from typing import Any

import pyrage

from fanal.base.digests import canonical_json
from fanal.base.files import replace_file
from fanal.base.language import translate
from fanal.exchange.keys import KeyUnreadable, Unlocked


def keep(path: Path, content: Any, recipient: str) -> None:
    """Seal a JSON value to the node (`recipient`: its age recipient), mode 0600, whole or not at all."""
    replace_file(path, pyrage.encrypt(canonical_json(content), [pyrage.x25519.Recipient.from_str(recipient)]))
    path.chmod(0o600)


def kept(path: Path, keys: Unlocked) -> Any:
    """The value that was kept. Raises KeyUnreadable where it is gone or not this node's."""
    try:
        return json.loads(pyrage.decrypt(path.read_bytes(), [keys.identity]))
    except (OSError, ValueError, pyrage.DecryptError) as e:
        raise KeyUnreadable(path=path, detail=translate("it is damaged, or not this node's")) from e

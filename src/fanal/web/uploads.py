"""What is uploaded: sealed files, letters and cards of other agencies, bounded in size.

Evidence is never uploaded: it is added from the watched folder.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from fanal.web.errors import NoUpload, UploadTooLarge
from fanal.web.installation import node

SCRATCH = "scratch"
#: What a form holds besides its file, at most.
_AROUND = 1 << 20
_LONGEST_NAME = 120


class Bounded(TemporaryFileUploadHandler):
    """Writes an upload to the node's scratch folder, unless it is larger than the node takes."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *rest: Any) -> None:  # noqa: N803  Django's name
        """Note the size that was announced: no more than that is read."""
        self.too_large = content_length > node().upload_bytes + _AROUND
        super().handle_raw_input(input_data, META, content_length, *rest)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file. Raises StopUpload."""
        if self.too_large:
            raise StopUpload(connection_reset=False)
        super().new_file(*args, **kwargs)


@contextmanager
def uploaded(request: HttpRequest, field: str) -> Iterator[Path]:
    """The file that came with a form, under the name that its sender gave it; gone at the end.

    Raises:
        NoUpload, UploadTooLarge.
    """
    limit = node().upload_bytes
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    file = request.FILES.get(field)
    if file is None and length > limit:
        raise UploadTooLarge(mib=limit >> 20)
    if not isinstance(file, TemporaryUploadedFile):
        raise NoUpload
    with tempfile.TemporaryDirectory(prefix="upload-", dir=node().folder / SCRATCH) as folder:
        path = Path(folder) / _name(file.name or "")
        os.link(file.temporary_file_path(), path)
        # Closing removes what was written while it arrived; what waits for the answer to be sent would lie on disk.
        file.close()
        yield path


def _name(told: str) -> str:
    kept = "".join(c for c in Path(told).name if c.isprintable() and c not in "/\\")
    return kept[-_LONGEST_NAME:].lstrip(".") or "file"

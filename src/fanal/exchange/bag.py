"""BagIt 1.0 bags (RFC 8493): written in one fixed way, verified strictly.

Strict means more than the RFC: exactly the listed files and the signature, no links, every digest,
one algorithm (SHA-256). The digest of a bag is the SHA-256 of its tagmanifest, which covers the other
tag files and, through the manifest, every payload file. It does not sign and does not seal.
"""

import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from fanal.base.digests import sha256_bytes, sha256_file
from fanal.base.language import translate
from fanal.exchange.refusals import DigestWrong, ExtraFile, Malformed, MissingFile, TooBig, UnsafeEntry

MANIFEST, TAGMANIFEST, INFO, DECLARATION = (
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "bag-info.txt",
    "bagit.txt",
)
SIGNATURE = TAGMANIFEST + ".sig"
TAG_FILES = (INFO, DECLARATION, MANIFEST)
_DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LINE = re.compile(r"([0-9a-f]{64}) [ *](\S.*)")
# Names as Fanal writes them: they need no percent-encoding in a manifest and no care in a shell.
SAFE_NAME = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){0,4}")
Digests = dict[str, str]
#: Bytes of a tag file: it is read into memory.
LONGEST_TAG = 4 << 20


def listing(folder: Path, path: object = None) -> list[str]:
    """Every file under a folder by relative name, sorted. Raises UnsafeEntry on anything but files and folders."""
    names = []
    for found in sorted(folder.rglob("*")):
        mode = found.lstat().st_mode
        name = found.relative_to(folder).as_posix()
        if stat.S_ISDIR(mode):
            continue
        if not stat.S_ISREG(mode):
            raise UnsafeEntry(path=path or folder, name=name, detail=translate("a link or a device"))
        names.append(name)
    return sorted(names)


def _manifest(folder: Path, names: Sequence[str]) -> bytes:
    return "".join(f"{sha256_file(folder / name)}  {name}\n" for name in sorted(names)).encode()


def write_bag(folder: Path, info: Sequence[tuple[str, str]]) -> str:
    """Make a bag of a folder whose payload already stands under `data/`.

    Args:
        folder: holds `data/` and nothing else.
        info: labels and values of bag-info.txt, in order; a label may stand more than once. Payload-Oxum is added.

    Returns:
        The package digest: SHA-256 of tagmanifest-sha256.txt, hex.

    Raises:
        ExtraFile: something stands beside `data/`.
        UnsafeEntry: a link, or a name that the format does not take.
    """
    names = listing(folder)
    for name in names:
        if not name.startswith("data/"):
            raise ExtraFile(path=folder, name=name)
        if not SAFE_NAME.fullmatch(name):
            raise UnsafeEntry(path=folder, name=name, detail=translate("a name that packages do not take"))
    size = sum((folder / name).stat().st_size for name in names)
    lines = [*info, ("Payload-Oxum", f"{size}.{len(names)}")]
    (folder / DECLARATION).write_bytes(_DECLARED)
    (folder / INFO).write_bytes("".join(f"{k}: {' '.join(v.split())}\n" for k, v in lines).encode())
    (folder / MANIFEST).write_bytes(_manifest(folder, names))
    (folder / TAGMANIFEST).write_bytes(_manifest(folder, TAG_FILES))
    return package_digest(folder)


def package_digest(folder: Path) -> str:
    """SHA-256 (hex) of the tagmanifest: it changes when any byte of the bag changes and the manifests follow."""
    return sha256_file(folder / TAGMANIFEST)


def parse_manifest(data: bytes, name: str, path: object) -> Digests:
    """File names to digests, as a manifest lists them. Raises Malformed, or UnsafeEntry on an unsafe name."""
    try:
        lines = data.decode("utf-8").splitlines()
    except UnicodeDecodeError as e:
        raise Malformed(path=path, name=name, detail=translate("it is not UTF-8")) from e
    digests: Digests = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            raise Malformed(path=path, name=name, detail=translate("a line is not a digest and a name"))
        if not SAFE_NAME.fullmatch(match[2]) or match[2] in digests:
            raise UnsafeEntry(path=path, name=match[2], detail=translate("named unsafely or twice in a manifest"))
        digests[match[2]] = match[1]
    return digests


def expected_digests(folder: Path, path: object) -> Digests:
    """Every file a bag must hold, with its digest (the tagmanifest itself and the signature left out).

    Checks the tag files against the tagmanifest, not the payload.

    Raises:
        Refused: a tag file is missing, listed wrongly or changed.
    """
    for name in (TAGMANIFEST, *TAG_FILES):
        if not (folder / name).is_file():
            raise MissingFile(path=path, name=name)
        if (folder / name).stat().st_size > LONGEST_TAG:
            raise TooBig(path=path, limit=translate("{n} bytes").format(n=LONGEST_TAG))
    tags = parse_manifest((folder / TAGMANIFEST).read_bytes(), TAGMANIFEST, path)
    if sorted(tags) != sorted(TAG_FILES):
        raise Malformed(path=path, name=TAGMANIFEST, detail=translate("it must list the three tag files"))
    for name, digest in tags.items():
        if sha256_file(folder / name) != digest:
            raise DigestWrong(path=path, name=name)
    if (folder / DECLARATION).read_bytes() != _DECLARED:
        raise Malformed(path=path, name=DECLARATION, detail=translate("it is not BagIt 1.0 in UTF-8"))
    payload = parse_manifest((folder / MANIFEST).read_bytes(), MANIFEST, path)
    for name in payload:
        if not name.startswith("data/"):
            raise Malformed(path=path, name=MANIFEST, detail=translate("it lists a file outside data/"))
    return {**payload, **tags}


def check_files(expected: Mapping[str, str], present: Sequence[str], path: object) -> None:
    """Exactly the expected files, the tagmanifest, and perhaps the signature. Raises ExtraFile or MissingFile."""
    for name in present:
        if name not in expected and name not in {TAGMANIFEST, SIGNATURE}:
            raise ExtraFile(path=path, name=name)
    for name in expected:
        if name not in present:
            raise MissingFile(path=path, name=name)


def verify_bag(folder: Path, path: object = None) -> str:
    """Verify a bag strictly.

    Args:
        folder: the bag.
        path: what to call it in an error; default the folder.

    Returns:
        The package digest.

    Raises:
        Refused: the subclass says why.
    """
    shown = path or folder
    expected = expected_digests(folder, shown)
    check_files(expected, listing(folder, shown), shown)
    for name, digest in expected.items():
        if name not in TAG_FILES and sha256_file(folder / name) != digest:
            raise DigestWrong(path=shown, name=name)
    return sha256_bytes((folder / TAGMANIFEST).read_bytes())

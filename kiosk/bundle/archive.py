"""Packs what was collected: an archive with a page for its reader and a list with checksums."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from datetime import datetime

from kiosk.bundle.contents import MEMBERS, Contents

SUFFIX = ".tar.gz"
README = """\
A support bundle of an interview booth, made {made_at}.

It tells how one booth is and what its units wrote, so that somebody who is not there can find
out what is wrong. manifest.json lists every file with its checksum (SHA-256).

{members}

What was taken out before anything was written here: keys and tokens, IP addresses, hardware
addresses, host names, names of Wi-Fi networks, e-mail addresses, names of people who have an
account on the machine, serial numbers, what two ends of a call told each other of themselves, and
what the event calls itself, its interview and its look. A word in brackets, such as [address],
stands where it was. [session 2] or [identity 1] is the same session or identity wherever it stands
in this bundle, and means nothing outside it.

What was never there: a word that a candidate or the interviewer said. The booth writes none down.
Of the journal only these fields were read: time, unit, priority, part of the program, phase,
session, code and message. The API key was not read.

A person with a name that no account of the machine has could still stand in a unit file that was
changed by hand. Look through the files before you pass them on; they are plain text.
"""


def name_of(made_at: datetime) -> str:
    """Return the name of a bundle without its ending; it tells the time (UTC) and nothing else."""
    return f"kiosk-bundle-{made_at:%Y%m%dT%H%M%SZ}"


def pack(contents: Contents, made_at: datetime, version: str) -> bytes:
    """Return the archive; `made_at` is UTC, `version` the booth's."""
    texts = {"README.txt": _readme(contents, made_at), **contents.members}
    files = {name: text.encode("utf-8", "replace") for name, text in texts.items()}
    files["manifest.json"] = _manifest(files, contents.missing, made_at, version)
    packed = io.BytesIO()
    # No name, no user and no time of this machine in the headers.
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, data in files.items():
            member = tarfile.TarInfo(f"{name_of(made_at)}/{name}")
            member.size, member.mtime = len(data), int(made_at.timestamp())
            archive.addfile(member, io.BytesIO(data))
    return packed.getvalue()


def _readme(contents: Contents, made_at: datetime) -> str:
    lines = [
        f"  {name:<22} {what}" if name in contents.members else f"  {name:<22} missing: {why}"
        for name, (_, what) in MEMBERS.items()
        for why in [contents.missing.get(name, "it was not asked for")]
    ]
    return README.format(made_at=f"{made_at:%Y-%m-%d %H:%M} UTC", members="\n".join(lines))


def _manifest(
    files: Mapping[str, bytes], missing: Mapping[str, str], made_at: datetime, version: str
) -> bytes:
    told = {
        "made_at": made_at.isoformat(timespec="seconds"),
        "version": version,
        "members": [
            {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in files.items()
        ],
        "missing": [{"name": name, "why": why} for name, why in missing.items()],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode("utf-8")

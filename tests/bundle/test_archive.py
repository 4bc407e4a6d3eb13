import hashlib
import io
import json
import tarfile
from datetime import UTC, datetime

from kiosk.bundle.archive import name_of, pack
from kiosk.bundle.contents import Contents

MADE_AT = datetime(2026, 11, 25, 22, 10, 4, tzinfo=UTC)
CONTENTS = Contents({"status.json": "{}\n"}, {"journal.txt": "There is none."})


def opened(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        files = {member.name: archive.extractfile(member) for member in archive.getmembers()}
        return {name.partition("/")[2]: file.read() for name, file in files.items() if file}


def test_every_member_is_listed_with_its_checksum() -> None:
    files = opened(pack(CONTENTS, MADE_AT, "0.1.0"))
    manifest = json.loads(files["manifest.json"])
    assert manifest["made_at"] == "2026-11-25T22:10:04+00:00"
    assert {each["name"] for each in manifest["members"]} == {"README.txt", "status.json"}
    for each in manifest["members"]:
        data = files[each["name"]]
        assert each["bytes"] == len(data)
        assert each["sha256"] == hashlib.sha256(data).hexdigest()
    assert manifest["missing"] == [{"name": "journal.txt", "why": "There is none."}]


def test_the_page_for_the_reader_says_what_is_there_and_what_is_not() -> None:
    page = opened(pack(CONTENTS, MADE_AT, "0.1.0"))["README.txt"].decode()
    assert "made 2026-11-25 22:10 UTC" in page
    assert "status.json            what the running booth says of itself" in page
    assert "journal.txt            missing: There is none." in page


def test_the_archive_itself_names_nobody() -> None:
    data = pack(CONTENTS, MADE_AT, "0.1.0")
    assert data == pack(CONTENTS, MADE_AT, "0.1.0")
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        for member in archive.getmembers():
            assert member.name.startswith(name_of(MADE_AT))
            assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", "")

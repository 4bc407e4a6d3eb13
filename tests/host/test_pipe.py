import asyncio
import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.host.pipe import PipeButton, PipeError


def write(path: Path, data: bytes) -> None:
    """Write as another program would."""
    path.write_bytes(data)


async def edges(path: Path, writes: Sequence[bytes], count: int) -> list[bool]:
    """Return the first edges when programs write these and somebody presses once after them."""
    button, told, done = PipeButton(path), list[bool](), asyncio.Event()

    def tell(down: bool) -> None:
        told.append(down)
        if len(told) == count + 2:
            done.set()

    button.start(tell)
    for data in (*writes, b"\ndown\nup\n"):
        write(path, data)
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await done.wait()
    button.stop()
    assert told[count:] == [True, False]
    return told[:count]


@pytest.mark.parametrize(
    ("writes", "told"),
    [
        ((b"down\n",), [True]),
        ((b"down\n", b"up\n"), [True, False]),
        ((b"down\nup\ndown\n",), [True, False, True]),
        ((b"do", b"wn\n"), [True]),
        ((b" down \r\n",), [True]),
        ((b"",), []),
        ((b"up",), [False]),
        ((b"DOWN\npress\n\xff\x00\n",), []),
        ((b"x" * 3000, b"x" * 3000, b"\ndown\n"), [True]),
        ((b"x" * 3000 + b"down\n",), []),
    ],
)
async def test_each_line_is_an_edge(tmp_path: Path, writes: list[bytes], told: list[bool]) -> None:
    assert await edges(tmp_path / "button", writes, len(told)) == told


@given(st.lists(st.sampled_from([b"down", b"up", b"\n", b"d", b"\xff", b"x" * 80]), max_size=30))
def test_nothing_that_is_written_breaks_it(
    tmp_path_factory: pytest.TempPathFactory, writes: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("pipe") / "button"
    lines = b"".join([*writes, b"\n"]).split(b"\n")
    told = [line == b"down" for line in lines if line in (b"down", b"up")]
    assert asyncio.run(edges(path, writes, len(told))) == told


async def test_the_level_is_what_was_written_last(tmp_path: Path) -> None:
    button, down = PipeButton(tmp_path / "button"), asyncio.Event()
    assert not button.is_down()
    button.start(lambda _: down.set())
    write(tmp_path / "button", b"down\n")
    async with asyncio.timeout(5):
        await down.wait()
    assert button.is_down()
    button.stop()


def test_a_pipe_it_makes_is_its_own_user_s(tmp_path: Path) -> None:
    PipeButton(tmp_path / "button").stop()
    mode = (tmp_path / "button").stat().st_mode
    assert stat.S_ISFIFO(mode)
    assert stat.S_IMODE(mode) == 0o600


def test_a_pipe_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "button", 0o620)
    before = (tmp_path / "button").stat()
    PipeButton(tmp_path / "button").stop()
    assert (tmp_path / "button").stat().st_mode == before.st_mode


def test_what_is_no_pipe_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "button").write_text("mine")
    with pytest.raises(PipeError, match=r"button is not a pipe\.$"):
        PipeButton(tmp_path / "button")
    assert (tmp_path / "button").read_text() == "mine"


def test_a_place_where_none_can_be_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PipeError, match=r"^The pipe .*button cannot be used: No such file"):
        PipeButton(tmp_path / "nowhere" / "button")

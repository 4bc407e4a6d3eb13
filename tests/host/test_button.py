import asyncio
import logging
import threading
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from gpiozero.pins.mock import MockFactory

from kiosk.core.faults import Fault
from kiosk.host.button import REREAD_S, Button, KeyboardButton, ScriptedButton, find_button
from kiosk.host.gpio import GpioButton, GpioError, header_factory
from kiosk.settings import ButtonSettings

PIN = 17


class Levels:
    """Collects what a button tells, and wakes whoever waits for a level."""

    def __init__(self) -> None:
        self.told: list[bool] = []
        self.threads: set[int] = set()
        self._changed = asyncio.Event()

    def __call__(self, down: bool) -> None:
        self.told.append(down)
        self.threads.add(threading.get_ident())
        self._changed.set()

    async def until(self, *edges: bool) -> None:
        """Return when these edges, and no others, were told; repeated levels do not count."""
        async with asyncio.timeout(5):
            while self.edges() != list(edges):
                self._changed.clear()
                await self._changed.wait()

    def edges(self) -> list[bool]:
        told = [False, *self.told]
        return [now for before, now in pairwise(told) if now is not before]


def ignore(down: bool) -> None:
    """An edge that gets lost."""


async def test_a_gpio_button_tells_its_edges_on_the_loop() -> None:
    factory = MockFactory()
    button, levels = Button([GpioButton(PIN, factory)]), Levels()
    button.start(levels)
    pin = factory.pin(PIN)
    await asyncio.to_thread(pin.drive_low)
    await levels.until(True)
    await asyncio.to_thread(pin.drive_high)
    await levels.until(True, False)
    button.stop()
    assert levels.threads == {threading.get_ident()}
    factory.reset()


async def test_a_press_shorter_than_the_loop_s_turn_is_told() -> None:
    factory = MockFactory()
    button, levels = Button([GpioButton(PIN, factory)]), Levels()
    button.start(levels)
    factory.pin(PIN).drive_low()
    factory.pin(PIN).drive_high()
    await levels.until(True, False)
    button.stop()


async def test_a_lost_edge_is_found_by_reading_the_level_again() -> None:
    factory = MockFactory()
    source = GpioButton(PIN, factory)
    button, levels = Button([source]), Levels()
    button.start(levels)
    source.start(ignore)
    factory.pin(PIN).drive_low()
    began = asyncio.get_running_loop().time()
    await levels.until(True)
    assert asyncio.get_running_loop().time() - began < 5 * REREAD_S
    button.stop()


async def test_nothing_is_told_after_the_stop() -> None:
    factory = MockFactory()
    keyboard = KeyboardButton()
    button, levels = Button([GpioButton(PIN, factory), keyboard]), Levels()
    button.start(levels)
    keyboard.turn(True)
    button.stop()
    levels.told.clear()
    keyboard.turn(False)
    factory.pin(PIN).drive_low()
    await asyncio.sleep(REREAD_S * 1.5)
    assert not levels.told


async def test_several_sources_are_one_button() -> None:
    one, two = KeyboardButton(), KeyboardButton()
    button, levels = Button([one, two]), Levels()
    button.start(levels)
    for source, down in ((one, True), (two, True), (one, False), (two, False)):
        await asyncio.to_thread(source.turn, down)
        await asyncio.sleep(0)
    await levels.until(True, False)
    button.stop()


async def test_a_script_presses_in_time() -> None:
    loop = asyncio.get_running_loop()
    button, levels = Button([ScriptedButton([(0.05, True), (0.1, False)])]), Levels()
    began = loop.time()
    button.start(levels)
    await levels.until(True)
    assert loop.time() - began >= 0.045
    await levels.until(True, False)
    button.stop()


async def test_a_script_can_go_on_and_is_stopped_whole() -> None:
    source = ScriptedButton([(0.01, True), (0.02, False)])
    button, levels = Button([source]), Levels()
    button.start(levels)
    source.go_on([(0.05, True)])
    await levels.until(True, False, True)
    source.go_on([(0.01, False)])
    button.stop()
    told = list(levels.told)
    await asyncio.sleep(0.03)
    assert levels.told == told


async def test_a_stopped_script_presses_no_more() -> None:
    source = ScriptedButton([(0.01, True)])
    button, levels = Button([source]), Levels()
    button.start(levels)
    button.stop()
    await asyncio.sleep(0.03)
    assert True not in levels.told
    assert not source.is_down()


def test_an_edge_after_the_loop_ended_is_dropped() -> None:
    keyboard = KeyboardButton()

    async def start() -> None:
        Button([keyboard]).start(ignore)

    asyncio.run(start())
    keyboard.turn(True)


def mock_header(environ: Mapping[str, str]) -> object:
    return MockFactory()


def no_header(environ: Mapping[str, str]) -> object:
    raise GpioError("This machine has no GPIO header.")


@pytest.mark.parametrize(
    ("sources", "header", "window", "found", "fault"),
    [
        (("auto",), mock_header, True, [GpioButton, KeyboardButton], None),
        (("auto",), no_header, True, [KeyboardButton], None),
        (("auto",), mock_header, False, [GpioButton], None),
        (("auto",), no_header, False, [], Fault.BUTTON_MISSING),
        (("gpio",), no_header, True, [], Fault.BUTTON_MISSING),
        (("gpio", "keyboard"), no_header, True, [KeyboardButton], None),
        (("keyboard",), mock_header, True, [KeyboardButton], None),
        (("keyboard",), mock_header, False, [], Fault.BUTTON_MISSING),
        (("none",), mock_header, True, [], None),
    ],
)
def test_sources_are_found_as_configured(
    sources: tuple[str, ...],
    header: object,
    window: bool,
    found: list[type],
    fault: Fault | None,
) -> None:
    assert callable(header)
    keyboard = KeyboardButton() if window else None
    button = find_button(ButtonSettings(sources=sources), keyboard, {}, factory=header)
    assert [type(source) for source in button._sources] == found
    assert button.fault is fault
    button.stop()


async def test_a_pipe_is_a_button_where_it_is_asked_for(tmp_path: Path) -> None:
    asked = ButtonSettings(sources=("pipe",), pipe=tmp_path / "button")
    button, levels = find_button(asked, KeyboardButton(), {}, factory=no_header), Levels()
    button.start(levels)
    asked.pipe.write_text("down\nup\n")
    await levels.until(True, False)
    button.stop()
    assert button.fault is None


def test_a_pipe_that_cannot_be_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    asked = ButtonSettings(sources=("pipe",), pipe=tmp_path / "nowhere" / "button")
    assert find_button(asked, KeyboardButton(), {}).fault is Fault.BUTTON_MISSING
    assert "nowhere/button cannot be used" in caplog.text


def test_a_named_source_that_is_missing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    find_button(ButtonSettings(sources=("gpio",)), None, {}, factory=no_header)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "no GPIO header" in caplog.text


def test_a_pin_that_is_taken_is_one_sentence() -> None:
    factory = MockFactory()
    first = GpioButton(PIN, factory)
    with pytest.raises(GpioError, match=r"^Pin 17 cannot be used: "):
        GpioButton(PIN, factory)
    first.stop()


def test_a_machine_without_header_says_so() -> None:
    if any(Path("/dev").glob("gpiochip*")):
        pytest.skip("this machine has GPIO chips")
    with pytest.raises(GpioError, match=r"^This machine has no GPIO header\.$"):
        header_factory({})

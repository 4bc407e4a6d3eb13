import asyncio
import logging
from collections.abc import Callable, Iterator

import pytest
from gpiozero import GPIOZeroError
from gpiozero.pins.mock import MockFactory, MockPWMPin
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.snapshot import CALL_PHASES, Phase
from kiosk.core.table import TABLE
from kiosk.glow import GLOWS
from kiosk.host.gpio import GpioError
from kiosk.host.lamp import BREATH_S, LEAST, PWM_HZ, STEP_S, Lamp, breath, find_lamp
from kiosk.settings import ButtonSettings

PIN = 18


class LostPin(MockPWMPin):  # type: ignore[misc]
    """A pin that can be lost, as when its chip goes."""

    lost = False

    def _set_state(self, value: float) -> None:
        if self.lost:
            raise GPIOZeroError("the chip is gone")
        super()._set_state(value)


@pytest.fixture
def header() -> Iterator[MockFactory]:
    factory = MockFactory(pin_class=LostPin)
    yield factory
    factory.reset()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(STEP_S / 4)


async def until_light(header: MockFactory, at_least: float, below: float = 2.0) -> None:
    await until(lambda: at_least <= header.pin(PIN).state < below)


def test_every_phase_has_its_light_and_only_a_press_that_begins_makes_it_breathe() -> None:
    assert set(GLOWS) == set(Phase) == set(TABLE)
    assert [phase for phase in Phase if GLOWS[phase] == "breathing"] == [Phase.IDLE]
    assert {GLOWS[phase] for phase in CALL_PHASES} == {"steady"}


@given(st.floats(0, 1e6))
def test_a_breath_is_never_dark_and_never_more_than_all_light(since_s: float) -> None:
    assert LEAST <= breath(since_s) <= 1


def test_a_breath_begins_dim_and_is_brightest_in_its_middle() -> None:
    assert breath(0) == LEAST
    assert breath(BREATH_S / 2) == pytest.approx(1)
    quarter = [breath(BREATH_S / 2 * step / 9) for step in range(10)]
    assert quarter == sorted(quarter)


async def test_it_breathes_while_ready_and_is_steady_while_in_use(header: MockFactory) -> None:
    lamp = Lamp(PIN, header)
    pin = header.pin(PIN)
    lamp.show(Phase.BOOTING)
    assert (pin.function, pin.frequency, pin.state) == ("output", PWM_HZ, 0)
    lamp.show(Phase.IDLE)
    await until_light(header, 0.3)
    await until_light(header, 0.0, 0.2)
    lamp.show(Phase.CONVERSING)
    assert pin.state == 1
    await asyncio.sleep(2 * STEP_S)
    assert pin.state == 1, "no breath is left over"
    lamp.show(Phase.WIPING)
    assert pin.state == 0
    lamp.stop()


async def test_the_same_phase_told_again_does_not_begin_its_breath_again(
    header: MockFactory,
) -> None:
    lamp = Lamp(PIN, header)
    lamp.show(Phase.IDLE)
    async with asyncio.timeout(10):
        while header.pin(PIN).state < 0.3:
            lamp.show(Phase.IDLE)
            await asyncio.sleep(STEP_S / 4)
    lamp.stop()


async def test_it_is_dark_once_the_booth_has_stopped(header: MockFactory) -> None:
    lamp = Lamp(PIN, header)
    lamp.show(Phase.IDLE)
    await until_light(header, 0.1)
    lamp.stop()
    pin = header.pin(PIN)
    assert not pin.state
    assert pin.function == "input"
    Lamp(PIN, header).stop()


async def test_a_lamp_that_is_lost_is_told_once_and_never_missed(
    header: MockFactory, caplog: pytest.LogCaptureFixture
) -> None:
    lamp = Lamp(PIN, header)
    lamp.show(Phase.IDLE)
    header.pin(PIN).lost = True
    await until(lambda: caplog.records)
    lamp.show(Phase.CONVERSING)
    lamp.show(Phase.IDLE)
    lamp.stop()
    assert [record.getMessage() for record in caplog.records] == [
        "The lamp is lost: the chip is gone"
    ]


def test_a_pin_that_is_taken_is_one_sentence(header: MockFactory) -> None:
    first = Lamp(PIN, header)
    with pytest.raises(GpioError, match=r"^Pin 18 cannot be used: "):
        Lamp(PIN, header)
    first.stop()


def test_a_lamp_is_found_where_it_is_named(header: MockFactory) -> None:
    assert find_lamp(ButtonSettings(), {}, factory=lambda _: header) is None
    lamp = find_lamp(ButtonSettings(lamp_pin=PIN), {}, factory=lambda _: header)
    assert lamp is not None
    lamp.stop()


def test_a_lamp_that_is_not_to_be_had_is_a_line_in_the_journal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def no_header(_: object) -> object:
        raise GpioError("This machine has no GPIO header.")

    assert find_lamp(ButtonSettings(lamp_pin=PIN), {}, factory=no_header) is None
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "No lamp at the GPIO header: This machine has no GPIO header." in caplog.text

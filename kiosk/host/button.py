"""Where the booth's presses come from: edges only, what they mean is told by `core.press`."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from kiosk.core.faults import Fault
from kiosk.host.gpio import GpioButton, GpioError, header_factory
from kiosk.host.pipe import PipeButton, PipeError
from kiosk.settings import ButtonSettings

logger = logging.getLogger(__name__)

REREAD_S = 0.2
"""How often the level is told again: edges get lost, in wires and as bounce."""


class ButtonSource(Protocol):
    """One thing that can be pressed."""

    def start(self, on_edge: Callable[[bool], None]) -> None:
        """Tell each edge, from any thread; True is down."""

    def is_down(self) -> bool:
        """Return the level now."""

    def stop(self) -> None:
        """Tell nothing more."""


class KeyboardButton:
    """A key of the window, which calls `turn` from its own thread."""

    def __init__(self) -> None:
        self._down = False
        self._on_edge: Callable[[bool], None] | None = None

    def turn(self, down: bool) -> None:  # noqa: FBT001 - the signature of every edge
        """Take one edge of the key."""
        self._down = down
        if self._on_edge is not None:
            self._on_edge(down)

    def start(self, on_edge: Callable[[bool], None]) -> None:
        """Tell each edge."""
        self._on_edge = on_edge

    def is_down(self) -> bool:
        """Return what the last edge said."""
        return self._down

    def stop(self) -> None:
        """Tell nothing more."""
        self._on_edge = None


class ScriptedButton:
    """Presses itself, for tests and the demo: `presses` are (seconds from the start, down)."""

    def __init__(self, presses: Sequence[tuple[float, bool]]) -> None:
        self._presses = tuple(presses)
        self._key = KeyboardButton()
        self._timers: list[asyncio.TimerHandle] = []

    def start(self, on_edge: Callable[[bool], None]) -> None:
        """Begin to press, on the running loop."""
        self._key.start(on_edge)
        self.go_on(self._presses)

    def go_on(self, presses: Sequence[tuple[float, bool]]) -> None:
        """Also press like this, in seconds from now; on the running loop."""
        loop = asyncio.get_running_loop()
        self._timers += [loop.call_later(at_s, self._key.turn, down) for at_s, down in presses]

    def is_down(self) -> bool:
        """Return what the last edge said."""
        return self._key.is_down()

    def stop(self) -> None:
        """Press no more."""
        for timer in self._timers:
            timer.cancel()
        self._key.stop()


class Button:
    """All sources as one button, which is down while any of them is."""

    def __init__(self, sources: Sequence[ButtonSource], *, fault: Fault | None = None) -> None:
        self.fault = fault
        """Why there is nothing to press."""
        self._sources = tuple(sources)
        self._down = [False] * len(self._sources)
        self._on_change: Callable[[bool], None] | None = None
        self._reread: asyncio.TimerHandle | None = None

    def start(self, on_change: Callable[[bool], None]) -> None:
        """Tell the level at each edge and every `REREAD_S`, always on the running loop."""
        loop = asyncio.get_running_loop()
        self._on_change = on_change

        def edges_of(index: int) -> Callable[[bool], None]:
            return lambda down: _hand_over(loop, self._take_edge, index, down)

        for index, source in enumerate(self._sources):
            source.start(edges_of(index))
        if self._sources:
            self._read_again(loop)

    def stop(self) -> None:
        """Let go of all sources; nothing is told after this."""
        self._on_change = None
        if self._reread is not None:
            self._reread.cancel()
        for source in self._sources:
            source.stop()

    def _take_edge(self, index: int, down: bool) -> None:  # noqa: FBT001
        self._down[index] = down
        self._tell()

    def _read_again(self, loop: asyncio.AbstractEventLoop) -> None:
        self._reread = loop.call_later(REREAD_S, self._read_again, loop)
        self._down = [source.is_down() for source in self._sources]
        self._tell()

    def _tell(self) -> None:
        if self._on_change is not None:
            self._on_change(any(self._down))


def find_button(
    settings: ButtonSettings,
    keyboard: KeyboardButton | None,
    environ: Mapping[str, str],
    *,
    factory: Callable[[Mapping[str, str]], object] = header_factory,
) -> Button:
    """Return the button that `settings.sources` names; its `fault` is set when there is none.

    `keyboard` is the window's key, None without a window.  A source that is named but missing is
    logged; as long as another one works the booth has a button.
    """
    wanted = set(settings.sources)
    sources: list[ButtonSource] = []
    if wanted & {"auto", "gpio"}:
        try:
            sources.append(GpioButton(settings.gpio_pin, factory(environ)))
        except GpioError as error:
            level = logging.WARNING if "gpio" in wanted else logging.INFO
            logger.log(level, "No button at the GPIO header: %s", error)
    if "pipe" in wanted:
        try:
            sources.append(PipeButton(settings.pipe))
        except PipeError as error:
            logger.warning("No button: %s", error)
    if keyboard is not None and wanted & {"auto", "keyboard"}:
        sources.append(keyboard)
    nothing = not sources and "none" not in wanted
    return Button(sources, fault=Fault.BUTTON_MISSING if nothing else None)


def _hand_over(
    loop: asyncio.AbstractEventLoop,
    callback: Callable[[int, bool], None],
    index: int,
    down: bool,  # noqa: FBT001
) -> None:
    try:
        loop.call_soon_threadsafe(callback, index, down)
    except RuntimeError:
        logger.debug("An edge came after the loop had ended.")

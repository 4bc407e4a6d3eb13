"""Notices that a sound server (PulseAudio, PipeWire) gained or lost a device.

A server that loses a device puts its streams on another one without a word: a microphone becomes
the loudspeaker's own sound.  PortAudio does not see that, so the server itself is asked to tell,
through its own library, in the caller's thread.  Without library or server this does nothing.
"""

import contextlib
import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass, field

POLL_S = 0.1
"""How late news may be."""
CONNECT_LIMIT_S = 0.25
"""How long a server may take to answer; one that takes longer is heard of by and by."""
_LIBRARY = "libpulse.so.0"
_STEP_US = 20_000
# From pulse/def.h.
_NO_AUTOSPAWN = 1
_READY = 4
_RUNNING = 0
_SINKS_AND_SOURCES = 3
_KIND_MASK, _CHANGED, _REMOVED = 0x30, 0x10, 0x20

_POINTERS = ("pa_mainloop_new", "pa_mainloop_get_api", "pa_context_new", "pa_context_subscribe")
"""Functions that return one."""
_Told = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32, ctypes.c_void_p)


class SoundServer:
    """A connection that hears of devices; use it in one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._changes = self._losses = 0
        self._clock = clock
        self._polled_s = clock()
        self._line: _Line | None = None

    def connect(self) -> None:
        """Begin to listen, unless that is so already."""
        if self._line is not None and not self._line.broken:
            return
        self.close()
        with contextlib.suppress(OSError):
            self._line = _Line(ctypes.CDLL(_LIBRARY), self._heed)
            self._line.settle(time.monotonic() + CONNECT_LIMIT_S)

    @property
    def changes(self) -> int:
        """Devices that came or went since it was made; cheap to ask at every tick."""
        self._poll()
        return self._changes

    @property
    def losses(self) -> int:
        """Devices that went."""
        self._poll()
        return self._losses

    def close(self) -> None:
        """Listen no more."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _poll(self) -> None:
        now_s = self._clock()
        if self._line is not None and now_s - self._polled_s >= POLL_S:
            self._polled_s = now_s
            self._line.poll()

    def _heed(self, kind: int) -> None:
        self._changes += kind != _CHANGED
        self._losses += kind == _REMOVED


@dataclass(slots=True)
class _Line:
    """libpulse's event loop and one context in it."""

    library: ctypes.CDLL
    heed: Callable[[int], None]
    told: object = field(init=False)
    """Kept alive for libpulse."""
    loop: ctypes.c_void_p = field(init=False)
    context: ctypes.c_void_p = field(init=False)
    asked: ctypes.c_void_p | None = None
    """The subscription; until the server has answered it, nothing is told."""

    def __post_init__(self) -> None:
        for name in _POINTERS:
            getattr(self.library, name).restype = ctypes.c_void_p
        self.told = _Told(lambda _context, event, _index, _data: self.heed(event & _KIND_MASK))
        self.loop = ctypes.c_void_p(self.library.pa_mainloop_new())
        interface = ctypes.c_void_p(self.library.pa_mainloop_get_api(self.loop))
        self.context = ctypes.c_void_p(self.library.pa_context_new(interface, b"booth"))
        self.library.pa_context_connect(self.context, None, _NO_AUTOSPAWN, None)

    @property
    def broken(self) -> bool:
        return bool(self.library.pa_context_get_state(self.context) > _READY)

    @property
    def listening(self) -> bool:
        done = self.asked and self.library.pa_operation_get_state(self.asked) != _RUNNING
        return bool(done)

    def settle(self, until_s: float) -> None:
        """Wait until the server tells news, or cannot be reached."""
        while not self.listening and not self.broken and time.monotonic() < until_s:
            self.library.pa_mainloop_prepare(self.loop, _STEP_US)
            self.library.pa_mainloop_poll(self.loop)
            self.library.pa_mainloop_dispatch(self.loop)
            self.poll()

    def poll(self) -> None:
        """Dispatch what has arrived; never waits."""
        while self.library.pa_mainloop_iterate(self.loop, 0, None) > 0:
            pass
        if self.asked is None and self.library.pa_context_get_state(self.context) == _READY:
            self.library.pa_context_set_subscribe_callback(self.context, self.told, None)
            self.asked = ctypes.c_void_p(
                self.library.pa_context_subscribe(self.context, _SINKS_AND_SOURCES, None, None)
            )

    def close(self) -> None:
        if self.asked:
            self.library.pa_operation_unref(self.asked)
        self.library.pa_context_disconnect(self.context)
        self.library.pa_context_unref(self.context)
        self.library.pa_mainloop_free(self.loop)

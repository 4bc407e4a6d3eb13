"""A lower sample rate for what is no longer sent as it was captured."""

import av
import numpy as np
import numpy.typing as npt

from kiosk.audio.port import RATE_HZ


class Lower:
    """Brings one stream of the microphone to a lower rate, without what that cannot hold."""

    def __init__(self, rate_hz: int) -> None:
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=rate_hz)

    def feed(self, samples: npt.NDArray[np.int16]) -> bytes:
        """Return what these samples complete, as s16 little endian."""
        if not len(samples):
            return b""
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        return _bytes(self._resampler.resample(frame))

    def finish(self) -> bytes:
        """Return what the filter still holds; nothing can be fed after that."""
        return _bytes(self._resampler.resample(None))


def _bytes(frames: list[av.AudioFrame]) -> bytes:
    return b"".join(frame.to_ndarray()[0].astype("<i2").tobytes() for frame in frames)

"""`python -m kiosk.standin.hear_once`: the words in one stretch of speech, then an end.

Mono s16 at 16 kHz is read from the input, up to its end; the words are written to the output, in
UTF-8.  A process of its own, so that nothing of the speech stays with who asked.
"""

import asyncio
import sys

import numpy as np

from kiosk.standin.ears import Ears, EarsError
from kiosk.stepping_back import step_back

LONGEST_BYTES = 2 * 16_000 * 30
"""Half a minute: nobody asks for more."""
NICE = 2
"""Call and screen go before, but a candidate waits in silence for the words: at 10 they took up to
20 s on two busy cores, and are given up after 8."""


def main() -> int:
    """Return 0, or 1 where speech cannot be recognised here; that is told in a sentence."""
    step_back(NICE)
    pcm = sys.stdin.buffer.read(LONGEST_BYTES)
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2")
    ears = Ears(nice=NICE)
    try:
        words = asyncio.run(ears.recognise(samples))
    except EarsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        ears.close()
    sys.stdout.buffer.write(words.encode())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

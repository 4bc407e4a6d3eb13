"""Speech recognition on this machine, for words that no call will ever hear."""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import kiosk
from kiosk.secret import without_secrets

log = logging.getLogger(__name__)

HEARD_HZ = 16_000
"""What the recogniser takes."""
LANGUAGE = "en"
"""The one that its model knows."""
PACKAGE = "moonshine_voice"
MODEL = "assets/tiny-en/encoder_model.ort"
"""Is in the package; later releases leave it out."""
MODULE = "kiosk.standin.hear_once"


def has_model() -> bool:
    """Whether package and model are installed; loads nothing."""
    spec = find_spec(PACKAGE)
    folders = (spec and spec.submodule_search_locations) or ()
    return any((Path(folder) / MODEL).is_file() for folder in folders)


class Recogniser:
    """Starts a process for each stretch of speech, and sees it to its end."""

    def __init__(self, command: Sequence[str] = (sys.executable, "-P", "-m", MODULE)) -> None:
        self._command = command

    def knows(self, language: str) -> bool:
        """Whether it can hear speech in the language of that BCP 47 tag, on this machine."""
        return language.split("-", maxsplit=1)[0].lower() == LANGUAGE and has_model()

    async def recognise(self, pcm: bytes, within_s: float) -> str | None:
        """Return the words in mono s16 at `HEARD_HZ`, empty where there are none.

        None where it fails, and where it takes longer than that.
        """
        search = [str(Path(kiosk.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
        environ = without_secrets(os.environ) | {
            "PYTHONPATH": os.pathsep.join(filter(None, search))
        }
        try:
            # What it says beside the words may hold some of them.
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=environ,
                start_new_session=True,
            )
        except OSError as problem:
            log.warning("Speech cannot be recognised here (%s).", type(problem).__name__)
            return None
        try:
            async with asyncio.timeout(within_s):
                said, _ = await process.communicate(pcm)
        except TimeoutError:
            log.warning("Recognising what was said took more than %.1f s.", within_s)
            return None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            log.warning("Speech could not be recognised here (status %d).", process.returncode)
            return None
        return said.decode("utf-8", "replace").strip()

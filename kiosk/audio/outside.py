"""Asks something of the sound devices in a process of its own: a driver may hang, or end it."""

import dataclasses
import json
import os
import subprocess
import sys
from typing import Any

from kiosk.secret import without_secrets
from kiosk.settings import AudioSettings


class DevicesError(Exception):
    """The devices did not answer in time, or ended the process that asked."""


def ask(module: str, settings: AudioSettings, limit_s: float) -> Any:  # noqa: ANN401 - any JSON
    """Return what `python -m MODULE SETTINGS` prints; raises `DevicesError`."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, json.dumps(dataclasses.asdict(settings))],
            env=without_secrets(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=limit_s,
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise DevicesError(f"The sound devices did not answer within {limit_s:g} s.") from error
    except subprocess.CalledProcessError as error:
        raise DevicesError("Looking at the sound devices failed.") from error
    return json.loads(done.stdout)

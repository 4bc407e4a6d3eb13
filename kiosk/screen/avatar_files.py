"""A folder with a face: its manifest and its art, and everything that is wrong with them."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kiosk.screen.avatar_manifest import FORMAT, NAME, LookPlan, Manifest, read
from kiosk.screen.draws import Look
from kiosk.screen.errors import ScreenError
from kiosk.screen.legibility import colour
from kiosk.screen.lottie import Lottie
from kiosk.screen.stills import Stills
from kiosk.screen.theme import Theme


class Art(Protocol):
    """Where the pictures of one look come from."""

    @property
    def name(self) -> str:
        """The file or folder, as staff know it."""
        ...

    def count(self, layer: str, clip: str) -> int:
        """Frames of a layer's clip; raises `ScreenError` with what is missing."""
        ...

    def pictures(
        self, layer: str, clip: str, every: int, side_px: int
    ) -> Iterator[NDArray[np.uint8]]:
        """Every so many frames, premultiplied BGRA (side, side, 4), each valid until the next."""
        ...


@dataclass(frozen=True, slots=True)
class AvatarFiles:
    """A face's files that fit together."""

    manifest: Manifest
    arts: Mapping[Look, Art]
    digest: str
    """Of all that is drawn from: other files have another one."""

    def digest_in(self, theme: Theme) -> str:
        """The same for the face in a theme's colours, as far as it takes any."""
        looks = self.manifest.looks.values()
        names = {layer.colour for plan in looks for layer in plan.layers if layer.colour}
        if not names:
            return self.digest
        told = [f"{name}={colour(theme, name)}" for name in sorted(names)]
        return hashlib.blake2b(" ".join([self.digest, *told]).encode(), digest_size=16).hexdigest()


def faults(folder: Path) -> tuple[str, ...]:
    """All that is wrong with the face in a folder, a sentence each; empty when it can be used."""
    return _look_at(folder)[1]


def open_files(folder: Path) -> AvatarFiles:
    """The face in a folder; raises `ScreenError` with every fault in one sentence."""
    files, wrong = _look_at(folder)
    if files is None:
        joined = "; ".join(sentence.removesuffix(".") for sentence in wrong)
        raise ScreenError(f"The avatar in {folder} cannot be used: {joined}.")
    return files


def _look_at(folder: Path) -> tuple[AvatarFiles | None, tuple[str, ...]]:
    try:
        source = (folder / NAME).read_bytes()
        manifest, wrong = read(json.loads(source))
    except OSError as error:
        return None, (f"{NAME} cannot be read: {error.strerror}.",)
    except (ValueError, RecursionError):
        return None, (f"{NAME} is no JSON file.",)
    if manifest is None:
        return None, wrong
    arts: dict[Look, Art] = {}
    sentences: list[str] = []
    for look, plan in manifest.looks.items():
        try:
            art: Art = open_art(folder / plan.source)
        except ScreenError as error:
            sentences.append(error.sentence)
            continue
        arts[look] = art
        sentences += misfits(art, plan, manifest)
    if sentences:
        return None, tuple(dict.fromkeys(sentences))
    return AvatarFiles(manifest, arts, _digest(folder, source, manifest)), ()


def open_art(path: Path) -> Art:
    """A Lottie file or a folder of pictures; raises `ScreenError`."""
    return Stills(path) if path.is_dir() else Lottie.read(path)


def misfits(art: Art, plan: LookPlan, manifest: Manifest) -> Iterator[str]:
    """What of a look's plan its art does not hold."""
    shapes = manifest.openings * manifest.widths
    for layer in plan.layers:
        for clip in layer.clips:
            try:
                found = art.count(layer.name, clip)
            except ScreenError as error:
                yield error.sentence
                continue
            if clip == "mouth" and found != shapes:
                yield (
                    f"{art.name} has {found} mouth shapes, and {manifest.openings} openings "
                    f"in {manifest.widths} widths are {shapes}."
                )


def _digest(folder: Path, manifest_source: bytes, manifest: Manifest) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in (str(FORMAT), version("thorvg-python")):
        digest.update(part.encode())
    digest.update(manifest_source)
    for plan in manifest.looks.values():
        path = folder / plan.source
        for file in sorted(path.rglob("*.png")) if path.is_dir() else [path]:
            digest.update(hashlib.blake2b(file.read_bytes()).digest())
    return digest.hexdigest()

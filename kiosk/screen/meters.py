"""What moves with the sound: the mouth by what leaves the loudspeaker, bars by the microphone.

One thread tells, the window's asks; what is told is swapped whole, so that nobody waits.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

SILENCE_DBFS = -100.0
VOICE_DBFS = -20.0
"""Level of a voice while it speaks, where nothing else is known."""
QUIET_DB, LOUD_DB = -30.0, 8.0
"""Against that level: what hardly opens a mouth, and what opens it all the way."""
CURVE = 1.5
"""Above 1 the middle of a voice opens the mouth half, so that syllables are seen."""
BLOCK_S = 0.01
MOST_BLOCKS = 500
"""Of the schedule: more than any sound card holds, and what was heard just now."""
ATTACK_BLOCKS = 3
"""A mouth stands where the sound of so many blocks puts it: it opens in 30 ms, and never jerks."""
RELEASE_S = 0.2
"""From wide open to closed, once it is silent."""
HOLD_S = 0.03
"""So long a voice goes on of which nothing was told yet: what tells of it may be late."""
OPENS, CLOSES = 0.1, 0.05
"""A closed mouth opens above the one, an open mouth closes below the other."""


@dataclass(frozen=True, slots=True)
class Mouth:
    """How a mouth stands."""

    opening: float
    """0 closed … 1 wide open."""
    width: float
    """0 narrow and round (o, u) … 1 wide (i, s)."""


REST = Mouth(0.0, 0.5)
"""Of a mouth that says nothing."""


@dataclass(frozen=True, slots=True)
class _Block:
    leaves_s: float
    opening: float
    bright: float

    def left(self, at_s: float) -> float:
        """How far it still opens the mouth at a time that is not before it."""
        silent_s = max(0.0, at_s - self.leaves_s - BLOCK_S)
        return max(0.0, self.opening - silent_s / RELEASE_S)


@dataclass(slots=True)
class Meters:
    """The latest of what is heard, and what the loudspeaker is about to say."""

    voice_dbfs: float = VOICE_DBFS
    """Level of the interviewer's speech: its mouth opens the same at any volume."""
    heard_dbfs: float = SILENCE_DBFS
    """What the microphone hears now; stays at silence while it is closed."""
    _blocks: tuple[_Block, ...] = ()
    """In the order in which they leave the loudspeaker; only ever replaced."""
    _open: bool = field(default=False, compare=False)

    def speak(
        self, began_s: float, levels_dbfs: tuple[float, ...], brights: tuple[float, ...]
    ) -> None:
        """Take blocks of 10 ms that leave the loudspeaker from a monotonic second on.

        All that was told of that time and after it is withdrawn.
        """
        kept = self._blocks[: bisect_left(self._blocks, began_s - BLOCK_S / 2, key=_leaves_s)]
        told = [
            _Block(began_s + number * BLOCK_S, self._opening(level_dbfs), _share(bright))
            for number, (level_dbfs, bright) in enumerate(zip(levels_dbfs, brights, strict=True))
        ]
        self._blocks = (*kept, *told)[-MOST_BLOCKS:]

    def clear(self) -> None:
        """Forget all that was heard and told."""
        self._blocks = ()
        self.heard_dbfs = SILENCE_DBFS

    def mouth(self, seen_s: float) -> Mouth:
        """How the mouth stands at a monotonic second, which may lie ahead; for one thread."""
        blocks = self._blocks
        if blocks:
            beyond_s = seen_s - blocks[-1].leaves_s - BLOCK_S
            seen_s -= min(max(0.0, beyond_s), HOLD_S)
        first_s = seen_s - RELEASE_S - ATTACK_BLOCKS * BLOCK_S
        begin = bisect_left(blocks, first_s, key=_leaves_s)
        near = blocks[begin : bisect_right(blocks, seen_s, key=_leaves_s)]
        opening = weight = bright = 0.0
        for number in range(ATTACK_BLOCKS):
            at_s = seen_s - number * BLOCK_S
            opening += max((b.left(at_s) for b in near if b.leaves_s <= at_s), default=0.0)
        opening /= ATTACK_BLOCKS
        self._open = opening > (CLOSES if self._open else OPENS)
        if not self._open:
            return REST
        for block in near:
            share = block.left(seen_s) ** 2
            weight += share
            bright += share * block.bright
        return Mouth(opening, bright / weight if weight else REST.width)

    def _opening(self, level_dbfs: float) -> float:
        over_db = level_dbfs - self.voice_dbfs - QUIET_DB
        return float(_share(over_db / (LOUD_DB - QUIET_DB)) ** CURVE)


def _leaves_s(block: _Block) -> float:
    return block.leaves_s


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


class Follower:
    """Turns a level into a movement from 0 to 1 that rises at once and falls gently."""

    def __init__(
        self, *, quiet_dbfs: float, loud_dbfs: float, attack_s: float, release_s: float
    ) -> None:
        """`attack_s` and `release_s`: the time for nine tenths of a step up or down."""
        self._quiet_dbfs = quiet_dbfs
        self._span_db = loud_dbfs - quiet_dbfs
        self._attack_s = attack_s
        self._release_s = release_s
        self._at_s: float | None = None
        self.value = 0.0
        """Where the movement is now."""

    def follow(self, level_dbfs: float, now_s: float) -> float:
        """Move towards `level_dbfs` for the time since the last call; returns `value`."""
        target = min(1.0, max(0.0, (level_dbfs - self._quiet_dbfs) / self._span_db))
        passed_s = 0.0 if self._at_s is None else max(0.0, now_s - self._at_s)
        self._at_s = now_s
        time_s = self._attack_s if target > self.value else self._release_s
        self.value += (target - self.value) * (1 - 0.1 ** (passed_s / time_s))
        return self.value


def candidate_follower() -> Follower:
    """How high the candidate's bars stand for a level at the microphone."""
    return Follower(quiet_dbfs=-58.0, loud_dbfs=-16.0, attack_s=0.05, release_s=0.25)

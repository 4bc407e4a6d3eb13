"""What every screen is drawn from: the booth's fixed facts, and the moment."""

from dataclasses import dataclass, field

from kiosk.core.snapshot import Ring as Wait
from kiosk.core.snapshot import Snapshot
from kiosk.interview.wording import Words
from kiosk.interview.words import Facts, words
from kiosk.screen.column import Column
from kiosk.screen.draws import Measure, Type
from kiosk.screen.grid import Grid, grid
from kiosk.screen.theme import Theme
from kiosk.screen.zones import Zones, zones

DIAGONAL_INCH = 24.0
STEPS = 120
"""A ring moves in so many steps, so that equal frames compare equal."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What stays the same from frame to frame."""

    size: tuple[int, int]
    """Pixels."""
    booth_name: str
    facts: Facts
    measure: Measure
    show_candidate_words: bool = True
    theme: Theme = field(default_factory=Theme)
    diagonal_inch: float = DIAGONAL_INCH
    """How large the screen is."""
    reduced_motion: bool = False
    """Nothing moves but the light and the words."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment on the stage."""

    snapshot: Snapshot
    stage: Stage
    now_s: float
    """Monotonic seconds."""
    heard: float
    """The candidate's level, 0 to 1."""

    @property
    def grid(self) -> Grid:
        """Where things may stand."""
        return grid(self.stage.size)

    @property
    def zones(self) -> Zones:
        """Where a conversation stands."""
        stage = self.stage
        return zones(stage.size, stage.theme, self.spoken, stage.diagonal_inch)

    @property
    def spoken(self) -> str:
        """The tag of what is talked in; the booth's own words may be in another language."""
        return self.snapshot.choice or self.snapshot.language

    @property
    def theme(self) -> Theme:
        """Colours and sizes."""
        return self.stage.theme

    @property
    def words(self) -> Words:
        """Texts in the candidate's language."""
        return words(self.snapshot.language)

    @property
    def press_what(self) -> str:
        """The button, as this booth's visitors know it."""
        return self.words.press_what(self.stage.facts.key)

    def type(
        self, size: float, *, bold: bool = False, shrink: float = 1.0, language: str = ""
    ) -> Type:
        """A font on this screen; in the candidate's language unless another is named."""
        language = language or self.snapshot.language
        scaled = size * self.theme.text_scale
        return self.grid.type(scaled, bold=bold, shrink=shrink, language=language)

    def column(self, width_px: int | None = None) -> Column:
        """An empty stack as wide as the place for text."""
        width = self.grid.column.w if width_px is None else width_px
        return Column(width, self.stage.measure, right_to_left=self.words.right_to_left)

    @property
    def wait(self) -> Wait | None:
        """The ring that is filling now; one that has yet to begin is not shown."""
        ring = self.snapshot.ring
        return ring if ring is not None and ring.began_s <= self.now_s else None

    def share(self, wait: Wait) -> float:
        """How full a ring is, 0 to 1."""
        whole_s = max(0.001, wait.ends_s - wait.began_s)
        share = (self.now_s - wait.began_s) / whole_s
        return round(STEPS * min(1.0, max(0.0, share))) / STEPS

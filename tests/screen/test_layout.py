"""What every screen has in common."""

import pytest

from kiosk.core.snapshot import Mood, Phase, Ring, Snapshot
from kiosk.screen.draws import Ring as RingDraw
from kiosk.screen.gallery_states import NOW_S, states
from kiosk.screen.gallery_texts import LINES
from kiosk.screen.layout import SCENES, lay_out, look
from tests.screen.laid_out import stage, told

STATES = states()
QUESTION, ANSWER = LINES["en"].question, LINES["en"].answer
LONG_QUESTION, LONG_ANSWER = LINES["en"].long_question, LINES["en"].long_answer


def test_every_phase_has_a_screen() -> None:
    assert set(SCENES) == set(Phase)
    assert {state.phase for state in STATES.values()} == set(Phase)


@pytest.mark.parametrize("mood", Mood)
def test_the_face_follows_the_mood(mood: Mood) -> None:
    assert look(Snapshot(Phase.CONVERSING, mood=mood)) == mood.value
    assert look(Snapshot(Phase.WRAPPING_UP, mood=mood)) == mood.value


@pytest.mark.parametrize("kind", ["hold", "silence", "choice", "consent"])
def test_rings_fill_with_time(kind: str) -> None:
    phases = {"choice": Phase.CHOOSING, "consent": Phase.CONSENTING}
    snapshot = Snapshot(
        phases.get(kind, Phase.CONVERSING),
        mood=Mood.LISTENING,
        microphone_open=True,
        language="en",
        choices=("en", "de"),
        choice="en",
        ring=Ring(kind, 100.0, 110.0),  # type: ignore[arg-type]
    )
    shares = []
    for now_s in (100.0, 105.0, 110.0, 120.0):
        rings = [d for d in lay_out(snapshot, stage(), now_s) if isinstance(d, RingDraw)]
        assert len(rings) == 1
        shares.append(rings[0].share)
    assert shares == ([1.0, 0.5, 0.0, 0.0] if kind == "consent" else [0.0, 0.5, 1.0, 1.0])
    before = lay_out(snapshot, stage(), 99.0)
    assert not any(isinstance(d, RingDraw) for d in before)
    assert "still there" not in told(before)
    assert "Keep holding" not in told(before)


def test_equal_moments_give_equal_draws() -> None:
    one, other = (lay_out(STATES["listening"], stage(), NOW_S, 0.5) for _ in range(2))
    assert one == other

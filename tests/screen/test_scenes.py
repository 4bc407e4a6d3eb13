"""The screens outside the conversation: what they say, and to whom."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.faults import Fault
from kiosk.core.happenings import Held
from kiosk.core.snapshot import CALL_PHASES, Mood, Phase, Ring, Snapshot
from kiosk.core.table import TABLE
from kiosk.interview.words import LANGUAGES, Facts
from kiosk.screen.draws import Button, Draw, Face, Panel, QrCode, Text
from kiosk.screen.draws import Ring as RingDraw
from kiosk.screen.gallery_choice import SIZES, Size
from kiosk.screen.gallery_states import LATER_S, NOW_S, states
from kiosk.screen.layout import lay_out, lay_out_first_start, look
from kiosk.screen.scenes.idle import LINE_S
from kiosk.screen.stage import Stage
from kiosk.screen.text import Typesetter
from kiosk.screen.theme import Theme
from tests.screen.laid_out import BOOTH, stage, texts, told

ENGLISH = LANGUAGES["en"]
IDLE = Snapshot(Phase.IDLE)


def face(draws: tuple[Draw, ...]) -> str:
    return next(draw.look for draw in draws if isinstance(draw, Face))


def headline(now_s: float, snapshot: Snapshot = IDLE) -> str:
    """What stands above the sentence that says what this is."""
    return told(lay_out(snapshot, stage(), now_s)).partition(ENGLISH.tagline)[0].strip()


def test_the_face_thinks_while_the_booth_is_calling() -> None:
    assert look(Snapshot(Phase.CONNECTING, mood=Mood.THINKING)) == "thinking"


def test_idle_tells_what_is_true() -> None:
    honest = told(lay_out(IDLE, stage(facts=Facts(7, 4)), NOW_S))
    for promise in ("About 7 minutes · 4 questions", "AI", "OpenAI", "keeps nothing", BOOTH):
        assert promise in honest
    assert "Press the button to start" in honest
    local = told(lay_out(IDLE, stage(facts=Facts(1, 1, service="")), NOW_S))
    assert "About one minute · one question" in local
    assert "does not leave this computer" in local
    demo = Facts(7, 4, recorded=True, key="space")
    recorded = told(lay_out(IDLE, stage(facts=demo), NOW_S))
    assert "Press the space bar to start" in recorded
    assert "records picture and sound" in recorded
    assert "keeps nothing" not in recorded


def test_idle_shows_staff_the_codes_of_what_to_mend_and_nothing_else() -> None:
    plain = texts(lay_out(IDLE, stage(), NOW_S))
    advised = replace(IDLE, advice=(Fault.MIC_QUIET, Fault.ECHO))
    assert texts(lay_out(advised, stage(), NOW_S)) == [
        *plain[:-1],
        f"MIC5\N{NO-BREAK SPACE}· SND2\N{NO-BREAK SPACE}· {BOOTH}",
    ]


def test_every_invitation_has_its_turn_and_nothing_below_it_moves() -> None:
    seen, below = set(), set()
    for turn in range(12):
        draws = lay_out(IDLE, replace(stage(), reduced_motion=True), turn * LINE_S)
        lines = texts(draws)
        split = lines.index(ENGLISH.tagline)
        seen.add(" ".join(lines[:split]))
        below.add(tuple(d for d in draws if isinstance(d, Text))[split:])
    assert seen == {ENGLISH.welcome, *ENGLISH.invitations}
    assert len(below) == 1


def test_an_invitation_fades_in_and_out_but_not_with_reduced_motion() -> None:
    def colour(now_s: float, *, reduced: bool) -> object:
        draws = lay_out(IDLE, replace(stage(), reduced_motion=reduced), now_s)
        return next(d.colour for d in draws if isinstance(d, Text))

    assert colour(LINE_S + 0.1, reduced=False) != Theme().text
    assert colour(LINE_S * 2 - 0.1, reduced=False) != Theme().text
    assert colour(LINE_S * 1.5, reduced=False) == Theme().text
    assert colour(LINE_S + 0.1, reduced=True) == Theme().text


def test_where_languages_take_turns_the_headline_rests_and_all_are_named() -> None:
    several = replace(IDLE, choices=("en", "ar", "ja", "any"))
    assert {headline(turn * LINE_S, several) for turn in range(8)} == {ENGLISH.welcome}
    draws = [d for d in lay_out(several, stage(), NOW_S) if isinstance(d, Text)]
    names = {d.text: d for d in draws if d.text in ("English", "العربية", "日本語")}
    assert {name: d.type.language for name, d in names.items()} == {
        "English": "en",
        "العربية": "ar",
        "日本語": "ja",
    }
    lit = [name for name, d in names.items() if d.colour == Theme().text]
    assert lit == ["English"]
    arabic = lay_out(replace(several, language="ar"), stage(), NOW_S)
    assert {n: d.box for n, d in names.items()} == {
        d.text: d.box for d in arabic if isinstance(d, Text) and d.text in names
    }
    assert "English" not in told(lay_out(replace(IDLE, choices=("en",)), stage(), NOW_S))


def test_the_face_smiles_now_and_then_while_it_waits() -> None:
    faces = [face(lay_out(IDLE, stage(), second / 2)) for second in range(240)]
    assert set(faces) == {"idle", "happy"}
    assert 0.05 < faces.count("happy") / len(faces) < 0.3
    calm = replace(stage(), reduced_motion=True)
    assert {face(lay_out(IDLE, calm, float(second))) for second in range(120)} == {"idle"}
    assert face(lay_out(IDLE, stage(), NOW_S + LATER_S["idle-smile"])) == "happy"


def test_with_reduced_motion_a_standing_screen_stands_still() -> None:
    calm = replace(stage(), reduced_motion=True)
    broken = Snapshot(Phase.OUT_OF_SERVICE, fault=Fault.ECHO)
    assert len({lay_out(broken, calm, 60.0 * minute) for minute in range(100)}) == 1
    assert len({lay_out(broken, stage(), 60.0 * minute) for minute in range(100)}) > 10


@given(st.floats(0, 1e6), st.sampled_from(sorted(CALL_PHASES, key=str)))
def test_nothing_drifts_in_a_call(now_s: float, phase: Phase) -> None:
    places = [draw.box for draw in lay_out(Snapshot(phase), stage(), now_s)]
    assert places == [draw.box for draw in lay_out(Snapshot(phase), stage(), 0.0)]


def test_the_ring_is_at_the_language_that_will_be_taken() -> None:
    snapshot = Snapshot(
        Phase.CHOOSING,
        language="de",
        choices=("en", "de", "ja"),
        choice="de",
        ring=Ring("choice", NOW_S - 3, NOW_S + 3),
    )
    draws = lay_out(snapshot, stage(), NOW_S)
    ring = next(draw for draw in draws if isinstance(draw, RingDraw))
    panel = next(draw for draw in draws if isinstance(draw, Panel))
    name = next(d for d in draws if isinstance(d, Text) and d.text == "Deutsch")
    assert panel.box.holds(ring.box)
    assert panel.box.holds(name.box)
    assert name.type.bold
    assert LANGUAGES["de"].choose in told(draws)
    languages = {d.text: d.type.language for d in draws if isinstance(d, Text)}
    assert (languages["English"], languages["日本語"]) == ("en", "ja")


def test_any_other_language_is_offered_in_the_words_on_the_screen() -> None:
    snapshot = Snapshot(Phase.CHOOSING, language="de", choices=("en", "de", "any"))
    assert LANGUAGES["de"].any_language in told(lay_out(snapshot, stage(), NOW_S))


def test_consent_tells_everything_again_and_lets_the_time_run_out_quietly() -> None:
    asked = Snapshot(Phase.CONSENTING, ring=Ring("consent", NOW_S, NOW_S + 30))
    draws = lay_out(asked, stage(facts=Facts(7, 4)), NOW_S)
    for promise in ("About 7 minutes · 4 questions", "AI", "OpenAI", "keeps nothing"):
        assert promise in told(draws)
    assert ENGLISH.hold_to_go_back in told(draws)
    assert ENGLISH.consent_how.format(button=ENGLISH.button) in told(draws)
    ring = next(draw for draw in draws if isinstance(draw, RingDraw))
    knobs = [draw.box for draw in draws if isinstance(draw, Button)]
    assert ring.box.holds(max(knobs, key=lambda box: box.w))
    assert ring.colour != Theme().button
    assert "?" in texts(draws)[0]


def test_the_first_start_shows_how_much_of_the_face_is_drawn() -> None:
    some = lay_out_first_start(stage(), "en", 0.25)
    more = lay_out_first_start(stage(), "en", 0.75)
    rings = [d.share for draws in (some, more) for d in draws if isinstance(d, RingDraw)]
    assert rings == [0.25, 0.75]
    assert not any(isinstance(draw, Face) for draw in some)
    assert ENGLISH.preparing in told(some)


@pytest.mark.parametrize("fault", [None, Fault.LINE_LOST])
def test_the_farewell_says_what_is_kept(fault: Fault | None) -> None:
    gone = Snapshot(Phase.FAREWELL, fault=fault)
    assert ENGLISH.kept_nothing in told(lay_out(gone, stage(), NOW_S))
    recorded = told(lay_out(gone, stage(facts=Facts(7, 4, recorded=True)), NOW_S))
    assert ENGLISH.kept_recording in recorded


def test_an_early_end_is_explained() -> None:
    draws = lay_out(Snapshot(Phase.FAREWELL, fault=Fault.LINE_LOST), stage(), NOW_S)
    assert "Thank you" in told(draws)
    assert told(draws).startswith(ENGLISH.apologies["line"])
    assert ENGLISH.come_back in told(draws)
    usual = lay_out(Snapshot(Phase.FAREWELL), stage(), NOW_S)
    assert not any(isinstance(draw, Panel) for draw in usual)


@pytest.mark.parametrize("phase", [p for p in TABLE if Held in TABLE[p] and p in CALL_PHASES])
def test_who_may_stop_by_holding_is_told_so(phase: Phase) -> None:
    assert "Hold to stop" in told(lay_out(Snapshot(phase), stage(), NOW_S))


def test_the_ring_of_a_hold_is_around_the_button() -> None:
    draws = lay_out(states()["connecting-hold"], stage(), NOW_S)
    ring = next(draw for draw in draws if isinstance(draw, RingDraw))
    button = next(draw for draw in draws if isinstance(draw, Button))
    assert button.pressed
    assert ring.box.holds(button.box)
    assert ENGLISH.keep_holding in told(draws)


def broken(again_s: float | None, fault: Fault = Fault.VOICE_BLOCKED) -> Snapshot:
    return Snapshot(Phase.OUT_OF_SERVICE, fault=fault, again_s=again_s)


@pytest.mark.parametrize(
    ("left_s", "said"),
    [
        (150, "in about 3 minutes"),
        (60, "in about a minute"),
        (47, "in 50 seconds"),
        (41, "in 50 seconds"),
        (40, "in 40 seconds"),
        (3, "in 10 seconds"),
        (0, "now"),
        (-5, "now"),
    ],
)
def test_a_booth_out_of_order_says_calmly_when_it_tries_again(left_s: float, said: str) -> None:
    assert f"again {said}" in told(lay_out(broken(NOW_S + left_s), stage(), NOW_S))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_nothing_jumps_while_the_time_until_the_next_try_runs_out(
    size: Size, language: str, typesetter: Typesetter
) -> None:
    shown = Stage(size, BOOTH, Facts(7, 4), typesetter.measure, reduced_motion=True)
    places = set()
    for left_s in range(130, -2, -3):
        draws = lay_out(replace(broken(NOW_S), language=language), shown, NOW_S - left_s)
        places.add(next(draw.box for draw in draws if isinstance(draw, QrCode)))
    assert len(places) == 1


def test_a_booth_that_waits_for_its_line_says_so_and_no_other_does() -> None:
    assert ENGLISH.again_back in told(lay_out(broken(None, Fault.UNREACHABLE), stage(), NOW_S))
    for fault in (Fault.MIC_MISSING, Fault.KEY_REFUSED, Fault.PROTOCOL_UNKNOWN):
        assert ENGLISH.again_back not in told(lay_out(broken(None, fault), stage(), NOW_S))

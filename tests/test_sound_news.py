from kiosk.audio.port import Clock, Lips, SoundAdvised, SoundFailed, SoundReady
from kiosk.core import events as on
from kiosk.core.faults import Fault
from kiosk.sound_news import SoundNews


def news() -> tuple[SoundNews, list[on.Event], list[Clock | Lips]]:
    told: list[on.Event] = []
    levels: list[Clock | Lips] = []
    return SoundNews(told.append, levels.append), told, levels


def test_what_is_played_is_told_and_shown() -> None:
    it, told, levels = news()
    clock = Clock(1.0, 40, 60, True, -50.0, microphone_gated=False, underruns=0, overruns=0)
    it.take(clock)
    assert told == [on.PlayoutReported(40, 60, True, clock.rhythm)]
    assert levels == [clock]
    assert not it.known.is_set(), "it says nothing of devices"


def test_faults_stay_until_the_engine_is_ready() -> None:
    it, told, _ = news()
    it.take(SoundFailed(Fault.MIC_MISSING, "gone"))
    assert it.known.is_set()
    assert it.faults == {Fault.MIC_MISSING}
    it.take(SoundReady())
    assert not it.faults
    assert told == [
        on.FaultRaised(Fault.MIC_MISSING),
        on.FaultCleared(Fault.MIC_MISSING),
    ]


def test_of_advice_only_what_changes_is_told() -> None:
    it, told, _ = news()
    it.take(SoundAdvised(frozenset({Fault.ECHO})))
    it.take(SoundAdvised(frozenset({Fault.ECHO, Fault.MIC_QUIET})))
    it.take(SoundAdvised(frozenset({Fault.MIC_QUIET})))
    assert told == [
        on.FaultRaised(Fault.ECHO),
        on.FaultRaised(Fault.MIC_QUIET),
        on.FaultCleared(Fault.ECHO),
    ]

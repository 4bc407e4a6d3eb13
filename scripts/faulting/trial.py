"""One fault made in front of a real booth, and what became of it."""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from faulting import sounds
from faulting.booth import Booth, Tell, booth
from faulting.entry import Fault, Row
from faulting.surroundings import StuckError
from kiosk.core.faults import Fault as Known
from kiosk.interview.texts.english import ENGLISH

ANSWER_S, ANSWERED_S = 7.0, 2.0
"""How long an answer is into which a fault falls, and how far it is by then."""
ASKED_WORDS = 8
NOTICE_S, USABLE_S = 120.0, 330.0
SETTLE_S = 0.5
THINKS_S = 3.0
"""How long a candidate thinks before an answer."""
NORMAL = {
    ENGLISH.welcome,
    ENGLISH.connecting,
    ENGLISH.wiping,
    ENGLISH.thanks,
    ENGLISH.booting,
}
SLOW = frozenset({"line slow", "nothing arrives"})
BUSY = Known.SOUND_STRAINED.remedy.code
"""What a busy machine does to any booth."""
CALL = ("conversing", "reconnecting", "wrapping up")
TIMED_S = 11.0
"""So long after the call began: question two is being asked."""


def tried(name: str, fault: Fault) -> Row:
    """Make a fault and watch; raises `StuckError`."""
    with (
        tempfile.TemporaryDirectory(prefix="fault-") as folder,
        booth(Path(folder), fault.world) as it,
    ):
        return _Trial(name, fault, it).run()


class _Trial:
    def __init__(self, name: str, fault: Fault, it: Booth) -> None:
        self.name = name
        self.fault = fault
        self.booth = it
        self.begun = ""
        """The answer into which the fault falls."""
        self.before: Tell = {}
        self.made_s = self.mended_s = 0.0
        self._listens_s: float | None = None
        """Since when the booth has waited for an answer."""
        self._speaker = threading.Thread(target=self._speak)

    def run(self) -> Row:
        """Make it, mend it, and count."""
        it, fault = self.booth, self.fault
        self._make()
        self.before = next((t for t in reversed(it.read()) if t["at"] <= self.made_s), {})
        noticed_s = self._noticed()
        self._mend()
        pid = it.process.process.pid
        if not fault.survives:
            it.until(lambda: not it.alive, "the end of the process")
            self.mended_s = time.monotonic()
            it.end()
            it.start()
        usable = None
        try:
            usable = self._usable(max(self.mended_s, noticed_s or 0.0))
            self._go_on()
            it.leave()
        except StuckError:
            if it.alive:
                raise
        finally:
            if self._speaker.is_alive():
                self._speaker.join()
        survived = it.alive and it.process.process.pid == pid
        return self._row(noticed_s, usable, survived=survived)

    # --- what is done -------------------------------------------------------------------------

    def _make(self) -> None:
        it, moment = self.booth, self.fault.moment
        if moment == "start":
            self.fault.make(it)
            self.made_s = time.monotonic()
            it.start()
            return
        it.start()
        it.until(lambda: it.phase == "idle", "idle")
        if moment == "timed":
            self.fault.make(it)
            it.press()
            it.until(it.service.opened_s, "a call")
            it.service.drill()
            self.made_s = it.service.opened_s() + TIMED_S
            it.until(it.my_turn, "my turn")
            it.answer_until_asked()
            it.until(lambda: time.monotonic() >= self.made_s, "the time")
            return
        if moment in ("question", "turn", "answer"):
            it.come_to(2)
            words = it.now["words"]
            if moment == "question":
                it.until(lambda: it.now["words"] >= words + ASKED_WORDS, "some words")
            else:
                it.until(it.my_turn, "my turn")
            if moment == "answer":
                self._speaker.start()
                time.sleep(ANSWERED_S)
        self.made_s = time.monotonic()
        self.fault.make(it)
        if moment == "press":
            self.made_s = time.monotonic()
            it.press()

    def _speak(self) -> None:
        self.begun = sounds.NAMES[1]
        self.booth.begin_answer(ANSWER_S)

    def _noticed(self) -> float | None:
        """When the booth told of it first; waits for that as long as the fault is there."""
        end_s = self.made_s + (NOTICE_S if self.fault.lasts_s is None else self.fault.lasts_s)
        while time.monotonic() < end_s:
            if (found := self._first_sign()) is not None and self.fault.lasts_s is None:
                return found
            if self.fault.hidden and self.fault.lasts_s is None:
                break
            if not self.booth.alive:
                break
            if self.fault.harmless:
                self._speak_up()
            time.sleep(0.02)
        return self._first_sign()

    def _first_sign(self) -> float | None:
        before = signs(self.before)
        for tell in self.booth.read():
            if tell["at"] < self.made_s:
                continue
            found = signs(tell) - before - (frozenset() if self.fault.line else SLOW)
            if self.fault.signs(tell) if self.fault.signs else found:
                return float(tell["at"])
        return None

    def _mend(self) -> None:
        if self.fault.mend is None:
            self.mended_s = self.made_s
            return
        if self.fault.lasts_s is None:
            time.sleep(SETTLE_S)
        self.mended_s = time.monotonic()
        self.fault.mend(self.booth)

    def _usable(self, since_s: float) -> Tell | None:
        """The first tell of a booth that can be used again, from a monotonic second on."""
        it = self.booth
        if self.fault.harmless:
            return None
        words = next((t["words"] for t in reversed(it.read()) if t["at"] <= since_s), 0)

        def found() -> Tell | None:
            for tell in it.read():
                called = tell["phase"] in CALL and tell["line"] != "lost"
                spoke = called and tell["words"] > words and not self.fault.ends
                well = not tell["deaf"] and (spoke or tell["phase"] == "idle")
                if tell["at"] > since_s and well:
                    return tell
            idle = it.phase == "idle" and self.fault.mend is not None
            return it.now if idle else None

        def look() -> Tell | None:
            self._speak_up()
            return found()

        return it.until(look, "a booth that can be used", USABLE_S)

    def _speak_up(self) -> None:
        """Answer, where the booth has listened for a while and nothing is being said."""
        it, now_s = self.booth, time.monotonic()
        if not it.my_turn() or self._speaker.is_alive() or self.fault.ends:
            self._listens_s = None
        elif self._listens_s is None:
            self._listens_s = now_s
        elif now_s > self._listens_s + THINKS_S and now_s > self.mended_s + THINKS_S:
            self._listens_s = None
            it.answer_until_asked()

    def _go_on(self) -> None:
        """Show that the interview goes on: answer once more."""
        it = self.booth
        if it.phase != "conversing":
            return
        it.until(lambda: it.my_turn() or it.phase != "conversing", "my turn")
        it.answer_until_asked()

    # --- what is counted ----------------------------------------------------------------------

    def _row(self, noticed_s: float | None, usable: Tell | None, *, survived: bool) -> Row:
        tells = [t for t in self.booth.read() if t["at"] >= self.made_s]
        until_s = usable["at"] if usable else float("inf")
        normal = NORMAL if self.fault.line else NORMAL | {ENGLISH.line_slow}
        troubled = [t for t in tells if t["at"] <= until_s]
        saw = dict.fromkeys(words for t in troubled for words in t["saw"] if words not in normal)
        before = signs(self.before)
        codes = dict.fromkeys(code for t in troubled for code in _codes(t) if code not in before)
        up = [
            t["at"]
            for t in tells
            if t["at"] >= self.mended_s and t["phase"] == "conversing" and t["line"] == "well"
        ]
        calls = "conversing" in {t["phase"] for t in tells} and self.before.get("phase") in CALL
        recovered = None if usable is None else max(0.0, usable["at"] - self.mended_s)
        return Row(
            self.name,
            None if noticed_s is None else _ms(noticed_s - self.made_s),
            " · ".join(saw) or None,
            " ".join(codes) or None,
            None if recovered is None else _ms(recovered),
            self._lost(),
            survived,
            line_up_ms=_ms(up[0] - self.mended_s) if calls and up else None,
            went_on_with=self._went_on_with(noticed_s) if calls else None,
            answer_kept=self._kept() if self.fault.moment == "answer" else None,
            note=self.fault.note,
        )

    def _texts(self, *, last: bool, since_s: float = 0.0) -> Iterator[dict[str, Any]]:
        """What the service was told and said, in the last call only or in all."""
        told = self.booth.service.told
        call = next((t["call"] for t in reversed(told) if t["type"] == "session.created"), "")
        return (t for t in told if t["at"] >= since_s and (t["call"] == call or not last))

    def _lost(self) -> int:
        """How many turns that were over are missing from the transcript, or from the service's."""
        transcripts = [t["turns"] for t in self.booth.tells if t["phase"] in CALL and t["turns"]]
        booth = "\n".join(heard for _, heard, _ in transcripts[-1]) if transcripts else ""
        service = "\n".join(t["text"] for t in self._texts(last=True))
        over = [heard for _, heard, ended in self.before.get("turns", []) if ended and heard]
        answers = [f"answer {name}" for name, _ in self.booth.said]
        wanted = dict.fromkeys([*over, *answers])
        lost = [text for text in wanted if text not in booth or text not in service]
        if lost:
            sys.stderr.write(f"{self.name}: lost {lost}\nbooth: {booth}\nservice: {service}\n")
        return len(lost)

    def _kept(self) -> bool:
        return any(f"answer {self.begun}" in t["text"] for t in self._texts(last=True))

    def _went_on_with(self, noticed_s: float | None) -> str | None:
        since_s = noticed_s or self.made_s
        said = [
            t["text"]
            for t in self._texts(last=True, since_s=since_s)
            if t["type"] == "response.output_audio_transcript.done"
        ]
        names = [n for text in said for n in sounds.NAMES if f"Question {n}" in text]
        return f"Question {names[0]}" if names else None


def signs(tell: Tell) -> frozenset[str]:
    """What a booth shows that something is wrong."""
    if not tell:
        return frozenset()
    wrong = {
        f"line {tell['line']}": tell["line"] != "well",
        "nothing arrives": tell["lost"],
        "an answer is late": tell["late"],
        "stand-in": tell["standin"],
        tell["deaf"]: bool(tell["deaf"]),
        tell["fault"]: bool(tell["fault"]),
        tell["phase"]: tell["phase"] in ("reconnecting", "out of service"),
        **{code: code != BUSY for code in tell["advice"]},
    }
    return frozenset(name for name, there in wrong.items() if there)


def _codes(tell: Tell) -> list[str]:
    shown = [tell["fault"], tell["deaf"], *tell["advice"], *tell["noted"]]
    return [code for code in shown if code and code != BUSY]


def _ms(seconds: float) -> int:
    return round(1000 * seconds)

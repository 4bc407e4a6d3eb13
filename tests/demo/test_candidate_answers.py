"""The recorded answers lead through each shipped script, one after each turn."""

from pathlib import Path

import pytest

from kiosk.demo.candidate_process import load_lines
from kiosk.interview.script import load_script
from kiosk.standin.interviewer import Interviewer, Progress

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path.stem for path in (ROOT / "config" / "interviews").glob("*.toml"))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_last_answer_ends_the_interview(name: str) -> None:
    script = load_script(name, ROOT / "config" / "interviews")
    answers, interruption = load_lines(ROOT / "assets" / "candidate", name)
    interviewer = Interviewer(script)
    progress, said = interviewer.instructed(Progress(), None)
    assert said.pieces[-1] == script.questions[0].text
    for number, answer in enumerate(answers, start=1):
        assert not progress.ended
        progress, said = interviewer.answered(progress, answer.text)
        assert said.pieces[0] not in script.neutral
        if number == 1:
            cut = interviewer.interrupted(progress, 0.3)
            progress, said = interviewer.answered(cut, interruption.text)
            assert said.pieces == (script.repeat, script.questions[1].text)
    assert progress.ended
    assert said.pieces[-1] == script.closing

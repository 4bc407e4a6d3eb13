import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import cli, config
from kiosk.core.faults import Fault
from kiosk.demo import show
from kiosk.demo.options import DemoOptions
from kiosk.errors import ExitStatus
from kiosk.standin import server
from kiosk.standin.faults import Faults


@pytest.fixture(autouse=True)
def _own_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.log.set_up", lambda *_, **__: None)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "required: COMMAND"),
        (["rum"], "invalid choice: 'rum'"),
        (["run", "--confg", "x"], "unrecognized arguments: --confg"),
        (["demo", "--fps", "fast"], "argument --fps: invalid number value: 'fast'"),
        (["demo", "--fps", "500"], "argument --fps: must be between 5 and 60"),
        (["demo", "--width", "641"], "argument --width: must be between 320 and 3840, and even"),
        (["demo", "--seconds", "nan"], "argument --seconds: must be between 5 and 600"),
        (["gallery"], "required: DIR"),
        (["gallery", "x", "--screen", "idel"], 'no screen named "idel"; did you mean idle?'),
        (["standin", "--port", "70000"], "argument --port: must be between 0 and 65535"),
        (["standin", "--fault", "mimt=401"], "mimt"),
    ],
)
def test_a_senseless_command_line_is_told_in_a_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == ExitStatus.USAGE
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["demo", "--help"], ["run", "-h"]])
def test_help_is_no_failure(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 0
    assert capsys.readouterr().out.startswith("usage: kiosk")


def test_every_code_is_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["codes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(Fault) + 2
    for fault in Fault:
        assert f"| {fault.remedy.code} | {fault.remedy.what} | {fault.remedy.do} |" in lines


def test_every_mistake_of_the_configuration_is_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text("[screen]\nfsp = 1\nfps = 1\n")
    assert cli.main(["devices", "--config", str(path)]) == ExitStatus.CONFIG
    assert capsys.readouterr().err.splitlines() == [
        f"{path}, line 2: There is no setting screen.fsp; did you mean fps?",
        f"{path}, line 3: screen.fps must be 0, for a rate that is chosen, or 5 and more.",
    ]


def test_the_demo_gets_its_options(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[DemoOptions] = []

    def play_back(options: DemoOptions) -> int:
        asked.append(options)
        return 0

    monkeypatch.setattr(show, "main", play_back)
    assert cli.main(["demo"]) == 0
    line = (
        "demo --headless --out x --cloud --seconds 12 --script y --packets p --fps 25 --width 640"
    )
    assert cli.main([*line.split(), "--height", "360", "--config", "z"]) == 0
    assert asked == [
        DemoOptions(),
        DemoOptions(
            headless=True,
            out=Path("x"),
            cloud=True,
            seconds=12.0,
            script="y",
            packets=Path("p"),
            fps=25,
            width=640,
            height=360,
            config=Path("z"),
        ),
    ]


@pytest.mark.parametrize(
    ("raised", "status", "sentence"),
    [
        (config.ConfigError([config.ConfigFault("f", 3, "No.")]), 78, "f, line 3: No."),
        (KeyboardInterrupt(), 130, ""),
        (ValueError("inner"), 75, "kiosk codes has failed; --debug shows where."),
    ],
)
def test_each_way_to_fail_has_its_status_and_no_traceback(
    raised: BaseException,
    status: int,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(arguments: object) -> int:
        raise raised

    monkeypatch.setattr(cli, "_codes", fail)
    assert cli.main(["codes"]) == status
    assert capsys.readouterr().err.strip() == sentence


def test_the_stand_in_gets_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[server.StandinOptions] = []

    def serve(options: server.StandinOptions) -> int:
        asked.append(options)
        return 0

    monkeypatch.setattr(server, "main", serve)
    assert cli.main(["standin"]) == 0
    line = "standin --port 0 --script demo --voice v.onnx --fault mint=401 --fault silent"
    assert cli.main(line.split()) == 0
    assert asked == [
        server.StandinOptions(),
        server.StandinOptions(
            port=0, script="demo", voice_path=Path("v.onnx"), faults=Faults(mint="401", silent=True)
        ),
    ]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *arguments], capture_output=True, text=True, check=False
    )


def test_as_a_program_it_ends_with_the_status() -> None:
    assert run("codes").returncode == 0
    ended = run("rum")
    assert (ended.returncode, ended.stdout) == (64, "")
    assert "Traceback" not in ended.stderr


def test_a_reader_that_leaves_early_is_no_failure() -> None:
    ended = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -u -m kiosk codes | head -c 1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.stdout, ended.stderr) == ("|", "")


def test_commands_import_only_what_they_need() -> None:
    script = (
        "import sys; from kiosk import cli; cli.main(['codes']);"
        "sys.exit(', '.join({'aiortc', 'pygame', 'av', 'numpy'} & set(sys.modules)) or 0)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")

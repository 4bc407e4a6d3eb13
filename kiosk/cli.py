"""The commands; each only reads its arguments and hands over to the part that does the work."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from kiosk import log
from kiosk.errors import CommandError, ExitStatus, UsageError
from kiosk.host.systemd import under_systemd

logger = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; every expected failure is told in sentences."""
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as ended:
        return int(ended.code or 0)
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    log.set_up(os.environ, debug=arguments.debug)
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except CommandError as error:
        print(error, file=sys.stderr)
        return error.status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.DONE
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except Exception as error:
        logger.exception("kiosk %s ended with %s", arguments.name, type(error).__name__)
        print(f"kiosk {arguments.name} has failed; --debug shows where.", file=sys.stderr)
        return ExitStatus.RESTART


class _Parser(argparse.ArgumentParser):
    """Ends with the exit status for usage that is ours, not argparse's."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(ExitStatus.USAGE, f"{self.prog}: {message}\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    common = _Parser(add_help=False)
    common.add_argument("--config", type=Path, metavar="FILE", help="settings file")
    common.add_argument("--debug", action="store_true", help="tell more, with tracebacks")
    top = _Parser(prog="kiosk", description="A booth that holds a spoken interview.")
    commands = top.add_subparsers(dest="name", required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[argparse.Namespace], int], text: str) -> _Parser:
        each = commands.add_parser(name, parents=[common], help=text, description=text)
        each.set_defaults(command=command)
        return each

    add("run", _run, "Be the booth.")
    demo = add("demo", _demo, "Hold one interview with the stand-in service on this machine.")
    demo.add_argument("--headless", action="store_true", help="no window, no sound card")
    demo.add_argument("--out", type=Path, metavar="DIR", help="leave video and reports there")
    demo.add_argument("--cloud", action="store_true", help="call the hosted service instead")
    demo.add_argument("--seconds", type=_between(5, 600), default=30.0, help="length of that call")
    demo.add_argument("--script", metavar="NAME", help="interview script")
    demo.add_argument(
        "--packets", type=Path, metavar="FILE", help="write when each packet of the voice arrived"
    )
    demo.add_argument(
        "--network", metavar="NAME|FILE|list", help="play a bad network, such as crowded-hall"
    )
    demo.add_argument("--fps", type=_whole(5, 60), default=30, help="frames a second")
    demo.add_argument("--width", type=_whole(320, 3840, step=2), default=1280, help="pixels")
    demo.add_argument("--height", type=_whole(240, 2160, step=2), default=720, help="pixels")
    doctor = add("doctor", _doctor, "Say what is wrong with this booth, and what to do about it.")
    doctor.add_argument("--json", action="store_true", help="for programs")
    doctor.add_argument("--quick", action="store_true", help="play no sound, use no network")
    doctor.add_argument("--tell", action="store_true", help="also tell systemd and the screen")
    add("devices", _devices, "List microphones and loudspeakers.")
    bundle = add("bundle", _bundle, "Pack what is needed to find out from afar what is wrong.")
    bundle.add_argument("--out", type=Path, metavar="FILE|DIR", help="default: this folder")
    bundle.add_argument(
        "--keep", type=_whole(0, 1000), default=0, metavar="N", help="delete all but the last N"
    )
    bundle.add_argument("--stick", action="store_true", help="also onto a stick labelled KIOSK")
    provision = add("provision", _provision, "Take over settings, Wi-Fi and key from a stick.")
    provision.add_argument("--again", action="store_true", help="also what was imported before")
    standin = add("standin", _standin, "Be the service: a stand-in on this machine.")
    standin.add_argument("--host", default="127.0.0.1", help="address to listen on")
    standin.add_argument("--port", type=_whole(0, 65535), default=8700, help="0 takes a free one")
    standin.add_argument("--script", metavar="NAME", default="early-career", help="what it asks")
    standin.add_argument(
        "--voice", type=Path, metavar="FILE", help="Piper voice for what is not recorded"
    )
    standin.add_argument(
        "--fault", action="append", default=[], metavar="NAME[=VALUE]", help="what goes wrong"
    )
    token_service = add("token-service", _token_service, "Hold the API key, and mint tokens.")
    token_service.add_argument("--socket", type=Path, metavar="PATH", help="without systemd")
    token_service.add_argument("--user", metavar="NAME", help="who may ask, beside root")
    token_service.add_argument(
        "--idle", type=_between(0.1, 86_400), metavar="SECONDS", help="then it ends"
    )
    gallery = add("gallery", _gallery, "Draw every screen into pictures.")
    gallery.add_argument("directory", type=Path, metavar="DIR")
    for name, text in (
        ("screen", "only this screen (repeatable, as the others are)"),
        ("language", "only this language"),
        ("size", "only this size, such as 1280x720"),
        ("theme", "only this theme"),
    ):
        gallery.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar=name.upper(),
            help=text,
        )
    add("set-key", _set_key, "Seal the API key, from standard input, for this booth (as root).")
    update = add("update", _update, "Go to the newest release at hand; kiosk-update.service.")
    update.add_argument("--resume", action="store_true", help="end one that was cut short")
    add("rollback", _roll_back, "Go back to the release before; kiosk-rollback.service.")
    add("codes", _codes, "Print the staff's table of codes.")
    return top


def _between(low: float, high: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"must be between {low:g} and {high:g}")
        return value

    return number


def _whole(low: int, high: int, *, step: int = 1) -> Callable[[str], int]:
    def number(text: str) -> int:
        value = int(text)
        if value not in range(low, high + 1, step):
            even = ", and even" if step == 2 else ""
            raise argparse.ArgumentTypeError(f"must be between {low} and {high}{even}")
        return value

    return number


def _run(arguments: argparse.Namespace) -> int:
    from kiosk import start

    return start.main(arguments.config)


def _demo(arguments: argparse.Namespace) -> int:
    from kiosk.demo import options, show

    names = options.DemoOptions.__dataclass_fields__
    return show.main(options.DemoOptions(**{name: getattr(arguments, name) for name in names}))


def _doctor(arguments: argparse.Namespace) -> int:
    from kiosk.doctor import visit

    return visit.main(
        arguments.config, json=arguments.json, quick=arguments.quick, tell=arguments.tell
    )


def _devices(arguments: argparse.Namespace) -> int:
    from kiosk import config

    service = under_systemd(os.environ)
    environ = config.environment(os.environ, Path.cwd(), under_systemd=service)
    settings = config.load(arguments.config, environ)
    from kiosk.audio import devices

    return devices.show(settings.audio)


def _bundle(arguments: argparse.Namespace) -> int:
    from kiosk.bundle import visit

    return visit.main(visit.BundleOptions(arguments.out, arguments.keep, arguments.stick))


def _provision(arguments: argparse.Namespace) -> int:
    from kiosk.provision import visit

    return visit.main(again=arguments.again)


def _standin(arguments: argparse.Namespace) -> int:
    from kiosk.places import scripts_directory
    from kiosk.standin import faults, server

    try:
        wanted = faults.parse_faults(arguments.fault)
    except ValueError as error:
        raise UsageError([str(error)]) from error
    return server.main(
        server.StandinOptions(
            host=arguments.host,
            port=arguments.port,
            script=arguments.script,
            script_directory=scripts_directory(arguments.config),
            voice_path=arguments.voice,
            faults=wanted,
        )
    )


def _token_service(arguments: argparse.Namespace) -> int:
    from kiosk import key_service

    return key_service.main(
        arguments.config, arguments.socket, arguments.user, idle_s=arguments.idle
    )


def _gallery(arguments: argparse.Namespace) -> int:
    from kiosk.places import theme_folders
    from kiosk.screen import gallery
    from kiosk.screen.gallery_choice import wanted

    which = wanted(
        arguments.screen,
        arguments.language,
        arguments.size,
        arguments.theme,
        theme_folders(arguments.config),
    )
    return gallery.main(arguments.directory, which)


def _set_key(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - see _codes
    from kiosk.host import set_key

    return set_key.main()


def _update(arguments: argparse.Namespace) -> int:
    from kiosk.update import command

    return command.update(resume=arguments.resume)


def _roll_back(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - one signature for all
    from kiosk.update import command

    return command.roll_back()


def _codes(arguments: argparse.Namespace) -> int:  # noqa: ARG001 - one signature for all commands
    from kiosk import handbook

    print(handbook.codes())
    return ExitStatus.DONE

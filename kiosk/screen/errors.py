"""What can go wrong with the screen."""

from kiosk.errors import CommandError, ExitStatus


class ScreenError(CommandError):
    """The screen cannot be used; the text is one sentence for staff.

    Trying again does not mend it: something is missing or broken in what is installed.
    """

    def __init__(self, sentence: str, tried: tuple[str, ...] = ()) -> None:
        super().__init__([sentence])
        self.sentence = sentence
        self.tried = tried
        """Drivers that were tried, each with SDL's own words: `kmsdrm: no card`."""


class FaceError(ScreenError):
    """A screen is there, and the face cannot be drawn on it."""


class DisplayError(ScreenError):
    """No driver opens a screen now; one may be plugged in or switched on later."""

    status = ExitStatus.RESTART

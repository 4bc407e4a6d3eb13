"""What can go wrong with the screen."""

from kiosk.errors import CommandError, ExitStatus


class ScreenError(CommandError):
    """The screen cannot be used; the text is one sentence for staff.  It may come back."""

    status = ExitStatus.RESTART

    def __init__(self, sentence: str, tried: tuple[str, ...] = ()) -> None:
        super().__init__([sentence])
        self.sentence = sentence
        self.tried = tried
        """Drivers that were tried, each with SDL's own words: `kmsdrm: no card`."""

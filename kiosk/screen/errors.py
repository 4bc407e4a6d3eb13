"""What can go wrong with the screen."""


class ScreenError(Exception):
    """The screen cannot be used; the text is one sentence for staff."""

    def __init__(self, sentence: str, tried: tuple[str, ...] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.tried = tried
        """Drivers that were tried, each with SDL's own words: `kmsdrm: no card`."""

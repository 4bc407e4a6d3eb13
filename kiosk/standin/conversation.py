"""The items of a conversation, in order (pure)."""

from kiosk.standin.wire import Event, RefusedError


class Conversation:
    """Remembers what was said, called and answered in one call."""

    def __init__(self) -> None:
        self._items: list[Event] = []

    @property
    def last_id(self) -> str | None:
        """Id of the newest item."""
        return str(self._items[-1]["id"]) if self._items else None

    @property
    def last(self) -> Event | None:
        """The newest item."""
        return self._items[-1] if self._items else None

    @property
    def words(self) -> int:
        """How many words of text it holds, for counting tokens."""
        return sum(len(text_of(item).split()) for item in self._items)

    def add(self, item: Event, after: str | None = None) -> str | None:
        """Put `item` at the end, or after the item `after` (`root` is the beginning).

        Returns the id of the item before it; raises RefusedError where there is no `after`.
        """
        if any(other["id"] == item["id"] for other in self._items):
            raise RefusedError(
                f"Item with item_id already exists: '{item['id']}'.", param="item.id"
            )
        place = len(self._items)
        if after is not None:
            place = 0 if after == "root" else self._place(after, "previous_item_id") + 1
        self._items.insert(place, item)
        return self.before(item["id"])

    def before(self, item_id: str) -> str | None:
        """Return the id of the item before that one; None for the first."""
        place = self._place(item_id, "item_id")
        return str(self._items[place - 1]["id"]) if place else None

    def get(self, item_id: str) -> Event:
        """Return an item; raises RefusedError where there is none of that id."""
        return self._items[self._place(item_id, "item_id")]

    def set_transcript(self, item_id: str, transcript: str) -> None:
        """Remember what was recognised in a spoken turn, if its item is still there."""
        for item in self._items:
            if item["id"] == item_id:
                item["content"] = [{"type": "input_audio", "transcript": transcript}]

    def delete(self, item_id: str) -> None:
        """Forget an item; raises RefusedError where there is none of that id."""
        del self._items[self._place(item_id, "item_id")]

    def _place(self, item_id: str, param: str) -> int:
        for place, item in enumerate(self._items):
            if item["id"] == item_id:
                return place
        raise RefusedError(
            f"Item with item_id not found: '{item_id[:64]}'.", code="item_not_found", param=param
        )


def text_of(item: Event) -> str:
    """Return all words of an item; empty for tools."""
    parts = item.get("content") or []
    return " ".join(part.get("text") or part.get("transcript") or "" for part in parts).strip()

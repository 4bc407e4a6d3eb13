"""The names of keys, as SDL and pygame tell them, in lower case."""

ANY_KEY = "any"
"""Every key is the button."""
_NAMES = """
[*], [+], [-], [.], [/], [0], [1], [2], [3], [4], [5], [6], [7], [8], [9], ac back, alt gr,
backspace, break, caps lock, capslock, clear, currencysubunit, currencyunit, delete, down, end,
enter, equals, escape, euro, f1, f10, f11, f12, f13, f14, f15, f2, f3, f4, f5, f6, f7, f8, f9,
help, home, insert, keypad *, keypad +, keypad -, keypad ., keypad /, keypad 0, keypad 1,
keypad 2, keypad 3, keypad 4, keypad 5, keypad 6, keypad 7, keypad 8, keypad 9, keypad =,
keypad enter, left, left alt, left ctrl, left gui, left meta, left shift, menu, modeswitch,
numlock, page down, page up, pagedown, pageup, pause, power, print screen, printscreen, return,
right, right alt, right ctrl, right gui, right meta, right shift, scroll lock, scrolllock,
space, sys req, sysreq, tab, up
"""
KEY_NAMES = frozenset(" ".join(_NAMES.split()).split(", "))
"""Every name of more than one character; a single character is the name of its own key."""


def is_key(name: str) -> bool:
    """Tell whether a key has this name; capital letters make no difference."""
    return len(name) == 1 or name.lower() in KEY_NAMES

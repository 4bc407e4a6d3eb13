"""Shapes of JSON values: small checks that are put together to larger ones (pure)."""

from collections.abc import Callable, Mapping

from kiosk.standin.wire import RefusedError

Check = Callable[[object, str], None]
"""Raises `RefusedError` when the value at that path is not acceptable."""


def text(value: object, path: str) -> None:
    """Accept a string."""
    if not isinstance(value, str):
        raise _wrong_type(path, "a string", value)


def text_up_to(length: int) -> Check:
    """Accept a string of at most that many characters."""

    def check(value: object, path: str) -> None:
        text(value, path)
        if isinstance(value, str) and len(value) > length:
            raise RefusedError(
                f"Invalid '{path}': string too long, at most {length} characters.",
                code="string_above_max_length",
                param=path,
            )

    return check


def flag(value: object, path: str) -> None:
    """Accept true or false."""
    if not isinstance(value, bool):
        raise _wrong_type(path, "a boolean", value)


def anything(value: object, path: str) -> None:
    """Accept whatever comes."""
    del value, path


def number(low: float, high: float, *, whole: bool = False) -> Check:
    """Accept a number in that range."""

    def check(value: object, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            raise _wrong_type(path, "an integer" if whole else "a number", value)
        if not low <= value <= high:
            raise RefusedError(
                f"Invalid '{path}': expected a value from {low:g} to {high:g}, but got {value}.",
                param=path,
            )

    return check


def choice(*allowed: object) -> Check:
    """Accept one of these."""

    def check(value: object, path: str) -> None:
        if value not in allowed:
            names = ", ".join(f"'{name}'" for name in allowed)
            raise RefusedError(
                f"Invalid value: {value!r}. Supported values are: {names}.", param=path
            )

    return check


def either(*checks: Check) -> Check:
    """Accept what the first check that agrees accepts; the last one words the refusal."""

    def check(value: object, path: str) -> None:
        for one in checks[:-1]:
            try:
                return one(value, path)
            except RefusedError:
                continue
        return checks[-1](value, path)

    return check


def items(each: Check) -> Check:
    """Accept an array of these."""

    def check(value: object, path: str) -> None:
        if not isinstance(value, list):
            raise _wrong_type(path, "an array", value)
        for index, item in enumerate(value):
            each(item, f"{path}[{index}]")

    return check


def table(fields: Mapping[str, Check], *required: str) -> Check:
    """Accept an object of known keys, with those that are required."""

    def check(value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise _wrong_type(path, "an object", value)
        for key in value:
            if key not in fields:
                where = f"{path}.{key}" if path else str(key)
                raise RefusedError(
                    f"Unknown parameter: '{where}'.", code="unknown_parameter", param=where
                )
        for key in required:
            if key not in value:
                where = f"{path}.{key}" if path else key
                raise RefusedError(
                    f"Missing required parameter: '{where}'.",
                    code="missing_required_parameter",
                    param=where,
                )
        for key, item in value.items():
            fields[key](item, f"{path}.{key}" if path else key)

    return check


def optional(check: Check) -> Check:
    """Accept null too."""

    def accept(value: object, path: str) -> None:
        if value is not None:
            check(value, path)

    return accept


def by_type(variants: Mapping[str, Check]) -> Check:
    """Accept the object that its `type` names."""

    def check(value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise _wrong_type(path, "an object", value)
        kind = value.get("type")
        choice(*variants)(kind, f"{path}.type")
        variants[str(kind)](value, path)

    return check


def _wrong_type(path: str, wanted: str, value: object) -> RefusedError:
    names = {str: "a string", bool: "a boolean", dict: "an object", list: "an array"}
    got = "null" if value is None else names.get(type(value), "a number")
    return RefusedError(
        f"Invalid type for '{path}': expected {wanted}, but got {got} instead.",
        code="invalid_type",
        param=path,
    )

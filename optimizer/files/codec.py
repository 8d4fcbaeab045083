"""Frozen dataclasses as JSON text and back, as their type hints say; what does not fit the hints exactly is refused.

A field that has its default is left out. Fractions are text ("350/9"), so that nothing is rounded. Where a hint names several
dataclasses, the field "is" says which.
"""

from __future__ import annotations

import json
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
IS = "is"  # no field of a dataclass can have this name
FRACTION = re.compile("-?[0-9]{1,4000}(/[0-9]{1,4000})?")  # Python itself refuses whole numbers of more than 4,300 digits


class Malformed(ValueError):
    """The text is not what its type says; the message begins with the place: plan.outputs[3].cost."""


def dumps(value: object) -> str:
    """A dataclass as JSON in ASCII alone, on one line.

    Nothing in it could be taken for an escape of a workbook (_x0041_) or be lost where it is cut into cells (runs of spaces).
    """
    data = _coder(type(value)).write(value)
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("_", "\\u005f").replace("  ", " \\u0020")  # both stand inside strings only


def loads(text: str, kind: type[T]) -> T:
    """The dataclass that `text` was made from. Raises Malformed."""
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (json.JSONDecodeError, RecursionError) as error:
        raise Malformed(f"it is no JSON: {error}") from None
    except ValueError as error:  # a number with thousands of digits
        raise Malformed(str(error)) from None
    found: T = _coder(kind).read(data, "")
    return found


@dataclass(frozen=True)
class _Coder:
    """How values of one type are written and read. `shape` is what they are in JSON; `fits` tells them from other types'.

    `name` is that of a dataclass.
    """

    shape: str
    fits: Callable[[Any], bool]
    write: Callable[[Any], Any]
    read: Callable[[Any, str], Any]
    name: str = ""


def _coder(hint: Any) -> _Coder:
    """Raises TypeError for a type that cannot be stored."""
    if hint not in _KNOWN:
        _KNOWN[hint] = _made(hint)
    return _KNOWN[hint]


def _made(hint: Any) -> _Coder:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _union(arguments)
    if origin is tuple:
        return _sequence(arguments[0]) if arguments[1:] == (...,) else _fixed(arguments)
    if origin is Mapping and arguments[0] is str:
        return _mapping(arguments[1])
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint)
    raise TypeError(f"{hint} cannot be stored")


def _record(kind: type) -> _Coder:
    hints = get_type_hints(kind)
    parts = [(field.name, _coder(hints[field.name]), field.default) for field in fields(kind)]
    names, needed = {name for name, _, _ in parts}, {name for name, _, default in parts if default is MISSING}

    def write(value: Any) -> Any:
        given = ((name, coder, getattr(value, name), default) for name, coder, default in parts)
        return {name: coder.write(item) for name, coder, item, default in given if item != default}

    def read(data: Any, where: str) -> Any:
        if not isinstance(data, dict):
            _refuse(where, kind.__name__, data)
        unknown, missing = sorted(data.keys() - names), sorted(needed - data.keys())
        if unknown or missing:
            what = f"{unknown[0]} is unknown" if unknown else f"{missing[0]} is missing"
            raise Malformed(f"{where or kind.__name__}: {what}")
        dot = f"{where}." if where else ""
        return kind(**{name: coder.read(data[name], dot + name) for name, coder, _ in parts if name in data})

    return _Coder("object", lambda value: type(value) is kind, write, read, kind.__name__)


def _sequence(item: Any) -> _Coder:
    coder = _coder(item)

    def read(data: Any, where: str) -> Any:
        if not isinstance(data, list):
            _refuse(where, "a list", data)
        return tuple(coder.read(one, f"{where}[{i}]") for i, one in enumerate(data))

    return _Coder("list", _is(tuple), lambda value: [coder.write(one) for one in value], read)


def _fixed(items: tuple[Any, ...]) -> _Coder:
    coders = [_coder(item) for item in items]

    def write(value: Any) -> Any:
        return [coder.write(one) for coder, one in zip(coders, value, strict=True)]

    def read(data: Any, where: str) -> Any:
        if not isinstance(data, list) or len(data) != len(coders):
            _refuse(where, f"a list of {len(coders)}", data)
        return tuple(coder.read(one, f"{where}[{i}]") for i, (coder, one) in enumerate(zip(coders, data, strict=True)))

    return _Coder("list", _is(tuple), write, read)


def _mapping(item: Any) -> _Coder:
    coder = _coder(item)

    def read(data: Any, where: str) -> Any:
        if not isinstance(data, dict):
            _refuse(where, "an object", data)
        return {key: coder.read(one, f"{where}.{key}") for key, one in data.items()}

    return _Coder("object", _is(Mapping), lambda value: {_text(key): coder.write(one) for key, one in value.items()}, read)


def _enum(kind: type[Enum]) -> _Coder:
    known = {member.value: member for member in kind}

    def read(data: Any, where: str) -> Any:
        if not isinstance(data, str) or data not in known:
            _refuse(where, f"one of {', '.join(known)}", data)
        return known[data]

    return _Coder("text", _is(kind), lambda value: kind(value).value, read)


def _union(members: tuple[Any, ...]) -> _Coder:
    """One of several types that JSON tells apart, dataclasses by their names."""
    coders = [_coder(member) for member in members]
    tagged = {coder.name: coder for coder in coders if coder.name}
    if len(tagged) < 2:  # no two dataclasses to tell apart
        tagged = {}
    by_shape = {coder.shape: coder for coder in coders if coder.name not in tagged}
    if len(by_shape) + len(tagged) < len(coders) or (tagged and "object" in by_shape):
        raise TypeError(f"{members} would look alike")

    def write(value: Any) -> Any:
        coder = next((coder for coder in coders if coder.fits(value)), None)
        if coder is None:
            raise TypeError(f"{value!r} is none of {members}")
        name = type(value).__name__
        return {IS: name, **coder.write(value)} if tagged.get(name) is coder else coder.write(value)

    def read(data: Any, where: str) -> Any:
        if tagged and isinstance(data, dict):
            name = data.get(IS)
            if not isinstance(name, str) or name not in tagged:
                _refuse(where, f"one of {', '.join(tagged)}", name)
            return tagged[name].read({key: one for key, one in data.items() if key != IS}, where)
        coder = by_shape.get(_SHAPES[type(data)])
        return coder.read(data, where) if coder is not None else _refuse(where, f"one of {', '.join(by_shape)}", data)

    return _Coder("union", lambda value: any(coder.fits(value) for coder in coders), write, read)


def _plain(kind: type, shape: str, called: str, write: Callable[[Any], Any]) -> _Coder:
    def read(data: Any, where: str) -> Any:
        return data if type(data) is kind else _refuse(where, called, data)

    return _Coder(shape, lambda value: type(value) is kind, write, read)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is no flag")
    return value


def _read_fraction(data: Any, where: str) -> Fraction:
    if isinstance(data, str) and FRACTION.fullmatch(data) and not data.endswith("/0"):
        found = Fraction(data)
        if str(found) == data:  # one way to write it
            return found
    return _refuse(where, "a fraction in lowest terms", data)


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind)


def _refuse(where: str, expected: str, found: object) -> NoReturn:
    raise Malformed(f"{where or 'it'}: {expected} is expected, {json.dumps(found)[:60]} is found")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Malformed("a name stands twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise Malformed(f"{text} is no number")


def _finite(value: object) -> float:
    number = float(value)  # type: ignore[arg-type]
    if not math.isfinite(number):
        raise TypeError(f"{value!r} is no number")
    return number


_KNOWN: dict[Any, _Coder] = {
    NoneType: _plain(NoneType, "null", "null", lambda value: value),
    bool: _plain(bool, "flag", "true or false", _flag),
    int: _plain(int, "number", "a whole number", lambda value: int(operator.index(value))),
    float: _plain(float, "number", "a number with decimals", _finite),
    str: _plain(str, "text", "text", _text),
    Fraction: _Coder("text", _is(Fraction), lambda value: str(Fraction(value)), _read_fraction),
}
_SHAPES = {NoneType: "null", bool: "flag", int: "number", float: "number", str: "text", list: "list", dict: "object"}

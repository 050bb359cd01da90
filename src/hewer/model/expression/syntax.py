"""The syntax of values: text to a tree of frozen nodes.

From loosest to tightest::

    low .. high        range, perhaps ``within`` a time; or a number, or ``all``, ``of family``
    a or b
    a and b
    not a
    a < b  <=  >  >=  ==  !=
    a + b   a - b
    a * b   a / b
    -a
    a ^ b              right to left; ** means the same
    4 min/t   90 %   name   function(1, name=2, 3: 4)   (a)

A unit belongs to the number before it; a word after ``/`` or ``*`` belongs to the unit where it is the
name of one: ``4 min/t * cut`` is 4 min/t, times ``cut``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from hewer.errors import ExpressionError, UnitError, did_you_mean
from hewer.model.expression.nodes import (
    Binary,
    Call,
    Compare,
    Logic,
    Name,
    Node,
    Number,
    OfFamily,
    Range,
    Text,
    Unary,
)
from hewer.quantity import is_unit_name, unit_names

__all__ = ["DOWN", "parse"]

DOWN = "down"
"""``down(tool)`` is a name: that of the stock of the units of a tool that wait for repair."""

_MOST_CHARACTERS = 20_000
_MOST_OPERATORS = 100
_MOST_LEVELS = 40
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<word>(?:item\.)?[^\W\d²³][^\W²³]*)
    |(?P<string>"[^"]*"|'[^']*')
    |(?P<sign>\.\.|\*\*|<=|>=|==|!=|[-+*/^()<>=,:%²³])
    |(?P<end>$)
    )""",
    re.VERBOSE,
)
_LEVELS = {"..": 1, "or": 2, "and": 3, "+": 6, "-": 6, "*": 7, "/": 7, "^": 9} | dict.fromkeys(
    ("<", "<=", ">", ">=", "==", "!="), 5
)
_NOT_LEVEL, _COMPARE_LEVEL, _SIGN_LEVEL, _POWER_LEVEL = 4, 5, 8, 9
_SUPERSCRIPTS = {"²": "2", "³": "3"}


def parse(value: str | float) -> Node:
    """Read a value.

    Parameters
    ----------
    value : str or float
        Text, or a number as it stands in the document.

    Raises
    ------
    ExpressionError, UnitError
        With the offset of what cannot be read.
    """
    if isinstance(value, bool) or not isinstance(value, str | float | int):
        raise ExpressionError(f"must be a number or an expression; got {value!r:.60}")
    if not isinstance(value, str):
        number = _finite(value)
        return Number(number) if number >= 0 else Unary("-", Number(-number))
    if len(value) > _MOST_CHARACTERS:
        raise ExpressionError(f"an expression may have {_MOST_CHARACTERS} characters; got {len(value)}")
    return _read(value)


@lru_cache(maxsize=1 << 17)  # above the texts of any model: one that is dropped is read again at each check
def _read(text: str) -> Node:
    """Read a text once: the same model is compiled again for every world."""
    return _Parser(text).whole()


def _finite(value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ExpressionError(f"must be a finite number; got {number}")
    return number


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            place = position + len(text[position:]) - len(text[position:].lstrip())
            hint = "close the quotes" if text[place] in "\"'" else None
            raise ExpressionError(f"cannot read `{text[place]}` in `{_short(text)}`", hint, place)
        kind, position = match.lastgroup, match.end()
        found = match.group(kind)
        yield _Token(kind, "^" if found == "**" else found, match.start(kind), position)
        if kind == "end":
            return


class _Parser:
    """Precedence climbing over the tokens of one text (V. Pratt, *Top down operator precedence*)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.place = 0
        self.depth = 0
        self.operators = 0

    def whole(self) -> Node:
        """Read the whole text."""
        if self.peek().kind == "end":
            raise ExpressionError("must be a number or an expression; got an empty text")
        node = self.expression(0)
        if self.peek().text == "of":
            node = self.of_family(node)
        elif self.peek().text == "within" and isinstance(node, Range):
            self.next()
            within = self.expression(0)
            node = Range(node.low, node.high, within, start=node.start, end=within.end)
        if self.peek().kind != "end":
            raise self.unexpected()
        return node

    def of_family(self, number: Node) -> Node:
        """Read what stands behind a number, or ``all``: ``of family``."""
        self.next()
        if self.peek().text != "family":
            raise self.unexpected("expected `family`")
        every = isinstance(number, Name) and number.id == "all"
        return OfFamily(None if every else number, start=number.start, end=self.next().end)

    def peek(self, ahead: int = 0) -> _Token:
        """Return a token to come."""
        return self.tokens[min(self.place + ahead, len(self.tokens) - 1)]

    def next(self) -> _Token:
        """Take a token."""
        token = self.peek()
        self.place += 1
        return token

    def expect(self, sign: str) -> _Token:
        """Take this sign, or complain."""
        if self.peek().kind != "sign" or self.peek().text != sign:
            raise self.unexpected(f"expected `{sign}`")
        return self.next()

    def unexpected(self, wanted: str = "") -> ExpressionError:
        """Return the error of a token that cannot stand where it does."""
        token = self.peek()
        found = "the end" if token.kind == "end" else f"`{token.text}`"
        message = f"unexpected {found} in `{_short(self.text)}`" + (f"; {wanted}" if wanted else "")
        hint = {"=": "write `==` to compare", ",": "decimals are written with a point"}.get(token.text)
        return ExpressionError(message, hint, token.start)

    def expression(self, level: int) -> Node:
        """Read an expression whose operators bind tighter than `level`."""
        self.depth += 1
        if self.depth > _MOST_LEVELS:
            raise ExpressionError(f"more than {_MOST_LEVELS} levels of nesting", None, self.peek().start)
        left = self.prefix()
        while (found := _LEVELS.get(self.peek().text, 0)) > level and self.peek().kind in ("sign", "word"):
            self.operators += 1
            if self.operators > _MOST_OPERATORS:
                raise ExpressionError(f"more than {_MOST_OPERATORS} operators", None, self.peek().start)
            left = self.infix(left, self.next().text, found)
        self.depth -= 1
        return left

    def infix(self, left: Node, op: str, level: int) -> Node:
        """Read what stands to the right of an operator."""
        right = self.expression(_SIGN_LEVEL - 1 if level == _POWER_LEVEL else level)
        start, end = left.start, right.end
        if op in ("and", "or"):
            before = left.operands if isinstance(left, Logic) and left.op == op else (left,)
            return Logic(op, (*before, right), start=start, end=end)
        if op == "..":
            if isinstance(left, Number) and isinstance(right, Number) and not left.unit:
                left = Number(left.value, right.unit, start=left.start, end=left.end)
            return Range(left, right, start=start, end=end)
        if level != _COMPARE_LEVEL:
            return Binary(op, left, right, start=start, end=end)
        compare = Compare(op, left, right, start=start, end=end)
        if _LEVELS.get(self.peek().text) == _COMPARE_LEVEL:
            hint = "join comparisons with `and`: `a < b and b < c`"
            raise ExpressionError("comparisons cannot be chained", hint, self.peek().start)
        return compare

    def prefix(self) -> Node:
        """Read an operand, with its sign or ``not``."""
        token = self.next()
        if token.text in ("-", "+", "not") and token.kind != "string":
            operand = self.expression(_NOT_LEVEL - 1 if token.text == "not" else _SIGN_LEVEL - 1)
            if token.text == "+":
                return operand
            if token.text == "not":
                return Logic("not", (operand,), start=token.start, end=operand.end)
            return Unary("-", operand, start=token.start, end=operand.end)
        if token.kind == "number":
            return self.number(token)
        if token.kind == "string":
            return Text(token.text[1:-1], start=token.start, end=token.end)
        if token.kind == "word" and token.text not in ("and", "or"):
            if self.peek().text == "(":
                return self.call(token)
            return Name(token.text, start=token.start, end=token.end)
        if token.text == "(":
            inside = self.expression(0)
            self.expect(")")
            return inside
        self.place -= 1
        raise self.unexpected()

    def number(self, token: _Token) -> Number:
        """Read a number and its unit."""
        parts: list[str] = []
        following = self.peek()
        if following.text == "%" or self.is_unit(0):
            parts.append(self.next().text)
        elif following.kind == "word" and following.text not in ("and", "or", "of", "within"):
            hint = did_you_mean(following.text, unit_names())
            raise UnitError(f"there is no unit `{following.text}`", hint, following.start)
        parts.extend(self.exponent() if parts else "")
        while self.peek().text in ("*", "/") and (self.is_unit(1) or self.peek(1).text == "%"):
            sign = self.next().text
            parts.extend(["1/"] if sign == "/" and not parts else [sign] if parts else [])
            parts.append(self.next().text)
            parts.extend(self.exponent())
        end = self.tokens[self.place - 1].end
        return Number(_finite(float(token.text)), "".join(parts), start=token.start, end=end)

    def is_unit(self, ahead: int) -> bool:
        """Tell whether the token to come is a unit, and not a function such as ``min(``."""
        token = self.peek(ahead)
        return token.kind == "word" and is_unit_name(token.text) and self.peek(ahead + 1).text != "("

    def exponent(self) -> list[str]:
        """Read the power of a unit, if there is one: ``^2``."""
        if self.peek().text in _SUPERSCRIPTS:
            return ["^", _SUPERSCRIPTS[self.next().text]]
        if self.peek().text != "^":
            return []
        minus = self.peek(1).text == "-"
        power = self.peek(2 if minus else 1)
        if not power.text.isdecimal():
            raise ExpressionError("the power of a unit must be a whole number", None, power.start)
        self.place += 3 if minus else 2
        return ["^", "-" if minus else "", power.text]

    def call(self, name: _Token) -> Call | Name:
        """Read the arguments of a call."""
        self.expect("(")
        args: list[Node] = []
        kwargs: dict[str, Node] = {}
        pairs: list[tuple[Node, Node]] = []
        while self.peek().text != ")":
            if self.peek().kind == "word" and self.peek(1).text == "=":
                key = self.next()
                if key.text in kwargs:
                    raise ExpressionError(f"`{key.text}` is given twice", None, key.start)
                self.next()
                kwargs[key.text] = self.unit_text() if key.text == "unit" else self.expression(0)
            else:
                if kwargs:
                    raise self.unexpected("arguments without a name stand before those with one")
                value = self.expression(0)
                if self.peek().text == ":":
                    self.next()
                    pairs.append((value, self.expression(0)))
                else:
                    args.append(value)
            if self.peek().text != ")":
                self.expect(",")
        end = self.next().end
        if name.text == DOWN and len(args) == 1 and isinstance(args[0], Name) and not kwargs and not pairs:
            return Name(f"{DOWN}({args[0].id})", start=name.start, end=end)
        return Call(name.text, tuple(args), tuple(kwargs.items()), tuple(pairs), start=name.start, end=end)

    def unit_text(self) -> Text:
        """Read the unit after ``unit=``, with or without quotes."""
        first = self.peek()
        if first.kind == "string":
            return Text(self.next().text[1:-1], start=first.start, end=first.end)
        parts: list[_Token] = []
        while self.peek().text not in (",", ")") and self.peek().kind != "end":
            parts.append(self.next())
        if not parts:
            raise self.unexpected("expected a unit")
        return Text("".join(part.text for part in parts), start=first.start, end=parts[-1].end)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else flat[:57] + "..."

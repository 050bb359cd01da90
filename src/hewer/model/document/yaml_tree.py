"""YAML text to plain data, with the position of each part and every way to harm the reader refused.

What is read is a subset of YAML: one document of mappings, lists and scalars. Keys are texts; of plain
scalars only numbers and nothing (`null`, `~`) are not texts, so that `no`, `on` and dates never change
their kind. One thing is added: inside braces and brackets a plain value goes on until its parentheses
are closed, so that ``{time: gamma(mean=4 min, cv=0.3)}`` needs no quotes.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from hewer.errors import ModelError, Problem
from hewer.model.document.position import Position, Positions, Step, dotted

MOST_NODES = 200_000
"""Keys and values that a document may have once its aliases are written out."""

DEEPEST = 40
"""Levels of nesting that a document may have."""

_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.inf|\.nan", re.IGNORECASE)
_NOTHING = ("", "~", "null", "Null", "NULL")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")

_SYNTAX: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        "a `:` followed by a space does not belong here",
        "Put a value that contains `: ` in quotes, and check the indentation.",
    ),
    (
        "expected ',' or '}'",
        "a brace `{` is not closed, or a `,` is missing",
        "Put a value that contains `: ` in quotes.",
    ),
    ("expected ',' or ']'", "a bracket `[` is not closed, or a `,` is missing", "Close it with `]`."),
    ("unexpected end of stream", "a quote is not closed", "Close it."),
    ("expected ':'", "a `:` is missing after a name", "Write `name: value`."),
    (
        "expected key|<block end>|block mapping",
        "the indentation does not fit",
        "Entries of one mapping begin in the same column.",
    ),
    ("expected <document start>", "something is left over after the end of the document", "Take it out."),
)


class Tree(NamedTuple):
    """Plain data, where it stands, and what is wrong with its form."""

    data: Any
    source: Positions
    problems: list[Problem]


def scalar(text: str) -> str | int | float | None:
    """Read a plain scalar: a number, nothing, or else the text itself."""
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return None if text in _NOTHING else text


def read_tree(text: str, source: Positions) -> Tree:
    """Read YAML text.

    Parameters
    ----------
    text : str
        The document.
    source : Positions
        File and folder; the positions are added to it.

    Returns
    -------
    Tree
        The data, and all problems of form that do not keep the rest from being read.

    Raises
    ------
    ModelError
        Where the text is not YAML, or is too large or too deep when its aliases are written out.
    """
    found = _CONTROL.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        position = Position(line, found.start() - text.rfind("\n", 0, found.start()))
        raise _failure(source, position, "a control character cannot stand in a document", "Take it out.")
    root = _Builder(source).build(text)
    reading = _Conversion(source)
    data = reading.convert(root, ())
    return Tree(data, source._replace(values=reading.values, keys=reading.keys), reading.problems)


def _failure(source: Positions, position: Position | None, message: str, hint: str) -> ModelError:
    line, column = position or (None, None)
    return ModelError([Problem("", message, hint, line, column, source.file, "syntax")])


class _Node:
    """A value: ``children`` of a mapping are its keys and values by turns."""

    __slots__ = ("children", "closed", "flow", "height", "kind", "mark", "plain", "size", "tag", "text")

    def __init__(self, kind: str, event: Any) -> None:
        self.kind = kind
        self.mark = _position(event.start_mark)
        self.children: list[_Node] = []
        self.text: str = getattr(event, "value", "")
        # quoted, a number is a text: the author said so
        self.plain = kind == "scalar" and not event.style and event.implicit[0]
        self.flow = bool(getattr(event, "flow_style", False))
        self.tag: str | None = event.tag
        self.size = 1
        self.height = 1
        self.closed = kind == "scalar"

    def unclosed(self) -> int:
        """Parentheses that a plain text leaves open."""
        return self.text.count("(") - self.text.count(")") if self.plain else 0


def _position(mark: Any) -> Position:
    return Position(mark.line + 1, mark.column + 1)


class _Builder:
    """Builds the tree of one document from the events of the YAML parser."""

    def __init__(self, source: Positions) -> None:
        self.source = source
        self.root: _Node | None = None
        self.open: list[_Node] = []
        self.anchors: dict[str, _Node] = {}

    def build(self, text: str) -> _Node:
        import yaml

        # events only, nothing is constructed: no tag can run anything
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            for event in yaml.parse(text, Loader=loader):
                self.handle(type(event).__name__, event)
        except yaml.YAMLError as error:
            raise self.syntax(error, text) from None
        if self.root is None:
            hint = "Begin with `title:`; `hewer cases` lists models to learn from."
            raise self.failure(None, "the document is empty", hint)
        return self.root

    def failure(self, position: Position | None, message: str, hint: str) -> ModelError:
        return _failure(self.source, position, message, hint)

    def syntax(self, error: Any, text: str) -> ModelError:
        """Say in plain words why the text is not YAML."""
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or "this is not YAML")
        position = _position(mark) if mark else None
        if mark and "cannot start any token" in problem:
            lines = text.splitlines()
            here = lines[mark.line][mark.column : mark.column + 1] if mark.line < len(lines) else ""
            if here == "\t":
                return self.failure(position, "a tab cannot be used to indent", "Use spaces.")
            return self.failure(position, f"a value cannot begin with `{here}`", "Put it in quotes.")
        for pattern, message, hint in _SYNTAX:
            if re.search(pattern, problem):
                if "quote" in message and getattr(error, "context_mark", None):
                    position = _position(error.context_mark)
                return self.failure(position, message, hint)
        return self.failure(position, f"this is not YAML: {problem}", "Check quotes and indentation.")

    def handle(self, kind: str, event: Any) -> None:
        if kind == "DocumentStartEvent" and self.root is not None:
            position = _position(event.start_mark)
            raise self.failure(
                position, "there is a second document", "Keep one model in a file; take out `---`."
            )
        if kind == "ScalarEvent":
            self.begin(_Node("scalar", event), event.anchor)
        elif kind == "AliasEvent":
            self.alias(event)
        elif kind == "MappingStartEvent":
            self.begin(_Node("mapping", event), event.anchor)
        elif kind == "SequenceStartEvent":
            self.begin(_Node("list", event), event.anchor)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.end()

    def begin(self, node: _Node, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = node
        if node.closed:
            self.add(node)
            return
        self.open.append(node)
        if len(self.open) > DEEPEST:
            raise self.failure(node.mark, f"more than {DEEPEST} levels of nesting", "Flatten the document.")

    def alias(self, event: Any) -> None:
        node = self.anchors.get(event.anchor)
        position = _position(event.start_mark)
        if node is None:
            raise self.failure(position, f"there is no anchor `&{event.anchor}` before this", "Write it out.")
        if not node.closed:
            raise self.failure(position, f"the alias `*{event.anchor}` contains itself", "Write it out.")
        self.add(node)

    def add(self, node: _Node) -> None:
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        parent.children.append(node)
        # an alias counts as often as it is used: nine lines of aliases can stand for billions of parts
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        if parent.size > MOST_NODES or parent.height + len(self.open) > 2 * DEEPEST:
            message = f"the document has more than {MOST_NODES:,} parts when its aliases are written out"
            raise self.failure(parent.mark, message, "A model is far smaller than that.")

    def end(self) -> None:
        node = self.open.pop()
        node.closed = True
        if node.flow:
            node.children = _joined_pairs(node) if node.kind == "mapping" else _joined(node)
        self.add(node)


def _joined(node: _Node) -> list[_Node]:
    """Join the plain entries of a list over which parentheses are open."""
    children: list[_Node] = []
    for child in node.children:
        if children and children[-1].unclosed() > 0 and child.plain:
            children[-1].text += f", {child.text}"
        else:
            children.append(child)
    return children


def _joined_pairs(node: _Node) -> list[_Node]:
    """Join the plain values of a mapping with the keys over which their parentheses are open."""
    children: list[_Node] = []
    for key, value in zip(node.children[::2], node.children[1::2], strict=True):
        # YAML reads the rest of `gamma(mean=4 min, cv=0.3)` as a further key without a value
        empty = value.plain and value.text == ""
        if children and children[-1].unclosed() > 0 and key.plain and empty:
            children[-1].text += f", {key.text}"
        else:
            children += [key, value]
    return children


class _Conversion:
    """Turns the tree into plain data, and notes where each part stands."""

    def __init__(self, source: Positions) -> None:
        self.source = source
        self.values: dict[tuple[Step, ...], Position] = {}
        self.keys: dict[tuple[Step, ...], Position] = {}
        self.problems: list[Problem] = []

    def problem(self, path: tuple[Step, ...], at: Position, message: str, hint: str) -> None:
        self.problems.append(Problem(dotted(path), message, hint, *at, self.source.file, "syntax"))

    def convert(self, node: _Node, path: tuple[Step, ...]) -> Any:
        self.values[path] = node.mark
        if node.tag is not None and node.tag != "!":
            self.problem(path, node.mark, "tags such as `!!str` are not part of the language", "Take it out.")
        if node.kind == "scalar":
            return scalar(node.text) if node.plain else node.text
        if node.kind == "list":
            return [self.convert(child, (*path, index)) for index, child in enumerate(node.children)]
        data: dict[str, Any] = {}
        for key, value in zip(node.children[::2], node.children[1::2], strict=True):
            self.entry(data, path, key, value)
        return data

    def entry(self, data: dict[str, Any], path: tuple[Step, ...], key: _Node, value: _Node) -> None:
        if key.kind != "scalar":
            self.problem(path, key.mark, f"a name must be a text; got a {key.kind}", "Write `name: value`.")
            return
        inner = (*path, key.text)
        if key.text == "<<" and key.plain:
            self.problem(path, key.mark, "merging with `<<` is not part of the language", "Write it out.")
        elif key.text in data:
            # YAML lets the last of two equal keys win without a word; here that is nearly always a mistake
            line = self.keys[inner].line
            message = f"`{key.text}` stands here a second time; the first is in line {line}"
            self.problem(inner, key.mark, message, "Keep one of them.")
        else:
            self.keys[inner] = key.mark
            data[key.text] = self.convert(value, inner)

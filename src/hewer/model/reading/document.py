"""Reading a model from a file, a text or a built-in case."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from functools import reduce
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from hewer.errors import ModelError, NotFoundError, Problem, did_you_mean
from hewer.model.document import Model
from hewer.model.document.explain import explain, meant_field, sentence
from hewer.model.document.fields import ONWARD
from hewer.model.document.position import Positions, dotted
from hewer.model.document.yaml_tree import read_tree, scalar

__all__ = ["load", "loads", "read_value", "require"]

LARGEST_FILE = 5_000_000
"""Bytes that a document may have."""


def load(source: str | Path) -> Model:
    """Read a model from a file, or a built-in case by its name, and check it.

    Parameters
    ----------
    source : str or Path
        Path of a YAML file, or the name of a case (:func:`hewer.model.reading.library.cases`). A text that
        ends in ``.yaml`` or ``.yml`` or has a separator is a path.

    Returns
    -------
    Model
        A model without errors.

    Raises
    ------
    NotFoundError
        Where there is no such file or case.
    ModelError
        With all problems of the document.
    """
    return require(read(source))


def read(source: str | Path) -> Model:
    """Read a model as :func:`load` does, without checking what it means.

    Raises
    ------
    NotFoundError, ModelError
        Where there is no such file or case, or the form of the document is wrong.
    """
    from hewer.model.reading.library import case_file, case_names

    path = Path(source)
    if isinstance(source, str) and not path.suffix and path.name == source and not _is_file(path):
        if source not in case_names():
            hint = sentence(did_you_mean(source, case_names()))
            message = f"there is no file and no built-in case `{source}`"
            raise NotFoundError(f"{message}. {hint}" if hint else message)
        path = case_file(source)
    text, positions = _bytes(path, str(source)), Positions(file=_name(source, path), folder=path.parent)
    return _read(text, positions, whole=True)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _name(source: str | Path, path: Path) -> str:
    return str(source) if Path(source) == path else path.name


def _bytes(path: Path, name: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            _too_large(size, name)
        with path.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)  # a device or a pipe has no size, and may have no end
    except FileNotFoundError:
        raise NotFoundError(f"there is no file `{name}`{_case_called(path)}") from None
    except IsADirectoryError:
        raise NotFoundError(f"`{name}` is a folder; a model is a file") from None
    except OSError as error:
        raise NotFoundError(f"`{name}` cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise NotFoundError(f"`{name}` cannot be the name of a file: {error}") from None


def _case_called(path: Path) -> str:
    from hewer.model.reading.library import case_names

    return f". There is a built-in case `{path.stem}`" if path.stem in case_names() else ""


def _too_large(size: int, name: str | None) -> NoReturn:
    found = "more" if size == LARGEST_FILE + 1 else f"{size / 1e6:.1f} MB"
    message = f"a model may have {LARGEST_FILE / 1e6:.0f} MB at most; this document has {found}"
    hint = "Keep data in CSV files and name them with `empirical(...)`."
    raise ModelError([Problem("", message, hint, file=name, code="size")])


def loads(text: str | bytes, file: str | None = None, folder: str | Path | None = None) -> Model:
    """Read a model from YAML text.

    Its form is checked, not its meaning: see :func:`require`.

    Parameters
    ----------
    text : str or bytes
        The document.
    file : str, optional
        Name of its file, for messages.
    folder : str or Path, optional
        Folder against which files named in the document (CSV) are found.

    Returns
    -------
    Model
        The model; its `source` knows where each part stands.

    Raises
    ------
    ModelError
        With all problems of the document, in the order of the text.
    """
    return _read(text, Positions(file=file, folder=Path(folder) if folder is not None else None))


def _read(text: str | bytes, source: Positions, *, whole: bool = False) -> Model:
    """Read a model; with `whole`, problems of form do not hide those of meaning."""
    tree = read_tree(_decoded(text, source.file), source)
    problems = list(tree.problems)
    model = None
    try:
        model = Model.model_validate(tree.data)
    except ValidationError as error:
        problems += explain(error, Model, tree.source)
        problems += _further(tree.data, error, tree.source) if whole else []
    problems += _clashes(tree.data, tree.source)
    if model is None or problems:
        problems.sort(key=lambda one: (one.line is None, one.line or 0, one.column or 0))
        raise ModelError(problems)
    model._source = tree.source
    return model


def _further(data: Any, error: ValidationError, source: Positions) -> list[Problem]:
    """Find what else is wrong with a document whose only mistakes of form are names of fields.

    It is read as if each such field were the one that was probably meant, so that all problems of a
    document come at once. Where that is not known, or makes no readable model, nothing is said.
    """
    from hewer.model.checking.check import errors

    details = error.errors(include_url=False)
    if any(detail["type"] != "extra_forbidden" for detail in details):
        return []
    repaired = deepcopy(data)
    try:
        for detail in details:
            *path, field = detail["loc"]
            part = reduce(lambda inner, step: inner[step], path, repaired)
            part.setdefault(meant_field(detail["loc"], Model), part.pop(field))
        model = Model.model_validate(repaired)
    except (LookupError, TypeError, ValidationError):  # unknown, within a shorthand, worse mistakes behind it
        return []
    model._source = source
    return [one.problem() for one in errors(model)]


def _decoded(text: str | bytes, file: str | None) -> str:
    if len(text) > LARGEST_FILE:
        _too_large(len(text), file)
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        column = error.start - text.rfind(b"\n", 0, error.start)
        message = f"the document is not UTF-8 (byte 0x{text[error.start]:02x})"
        hint = "Save it with the encoding UTF-8."
        raise ModelError([Problem("", message, hint, line, column, file, "encoding")]) from None


def _clashes(data: Any, source: Positions) -> Iterator[Problem]:
    """Find names that an expression could not tell from a unit, a function or each other."""
    if not isinstance(data, dict):
        return
    params, stocks = data.get("params"), data.get("stocks")
    for section in ("params", "stocks", "kinds"):
        names = data.get(section)
        for name in names if isinstance(names, dict) else ():
            reason = None
            if _is_unit(name):
                reason = f"`{name}` is the name of a unit"
            elif name in _WORDS:
                reason = f"`{name}` is a word of the language"
            elif section != "params" and isinstance(params, dict) and name in params:
                reason = f"`{name}` is the name of a param, too"
            elif section == "kinds" and isinstance(stocks, dict) and name in stocks:
                reason = f"`{name}` is the name of a stock, too"
            if reason is not None:
                line, column = source.at((section, name), key=True) or (None, None)
                path = dotted((section, name))
                yield Problem(path, reason, "Choose another name.", line, column, source.file, "name")


_WORDS = frozenset({"now", "and", "or", "not", "rest", "own", "all", ONWARD})


def _is_unit(name: str) -> bool:
    from hewer.quantity import is_unit_name

    return is_unit_name(name)


def require(model: Model) -> Model:
    """Return a model that has no errors.

    Parameters
    ----------
    model : Model
        Any model, read or built.

    Returns
    -------
    Model
        The same model.

    Raises
    ------
    ModelError
        With every error that keeps the model from being run (:func:`hewer.model.checking.check.errors`).
    """
    from hewer.model.checking.check import errors

    problems = [one.problem() for one in errors(model)]
    if problems:
        raise ModelError(problems)
    return model


def read_value(text: str) -> Any:
    """Read a value as it would stand in a document, such as that of ``--set param=value``.

    Parameters
    ----------
    text : str
        A number, a quantity, an expression, or a list or mapping in brackets.

    Returns
    -------
    int, float, str, list, dict or None
        The value.

    Raises
    ------
    ModelError
        Where brackets or quotes are not closed.
    """
    stripped = text.strip()
    if not stripped.startswith(("[", "{", "'", '"')):
        return scalar(stripped)
    tree = read_tree(stripped, Positions())
    if tree.problems:
        raise ModelError(tree.problems)
    return tree.data

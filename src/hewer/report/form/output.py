"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from hewer.errors import OptionError


@contextlib.contextmanager
def writing(path: str | Path) -> Iterator[TextIO]:
    """Open a text file that takes its name only when it is complete.

    It is written beside its place under another name and then renamed, so that a reader never meets
    half a file, and an older one stays if writing fails. A device or a pipe is written to directly.

    Raises
    ------
    OptionError
        If the file cannot be written.
    """
    with _opened(path) as binary, io.TextIOWrapper(binary, encoding="utf-8", newline="") as stream:
        yield stream


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write a file of bytes in the same way.

    Raises
    ------
    OptionError
        If the file cannot be written.
    """
    with _opened(path) as stream:
        stream.write(content)


@contextlib.contextmanager
def _opened(path: str | Path) -> Iterator[BinaryIO]:
    target = Path(path)
    if target.is_symlink():
        target = target.resolve()
    if target.exists() and not target.is_file() and not target.is_dir():
        with _named(path), target.open("wb") as stream:
            yield stream
        return
    with _named(path):
        if target.is_dir():
            raise IsADirectoryError(21, "it is a folder")
        partial = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            with partial.open("xb") as stream:
                yield stream
            partial.replace(target)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise


def check_writable(path: str | Path) -> None:
    """Raise an OptionError now where ``writing`` would raise it after a long run."""
    target = Path(path)
    folder = target.parent
    with _named(path):
        if target.is_dir():
            raise OptionError(f"cannot write {path}: it is a folder")
        if not folder.is_dir():
            raise OptionError(f"cannot write {path}: there is no folder {folder}")
        if not os.access(target if target.exists() and not target.is_file() else folder, os.W_OK):
            raise OptionError(f"cannot write {path}: no permission to write in {folder}")


@contextlib.contextmanager
def _named(path: str | Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OptionError(f"cannot write {path}: {error.strerror or error}") from error

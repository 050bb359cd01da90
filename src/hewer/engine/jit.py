"""The one door to Numba: how kernels are compiled, and where they are kept.

Numba's disk cache does not notice a change in another module that an unchanged cached function
calls, so the cache folder is keyed by a hash of all sources of the engine.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba import config

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILED = not config.DISABLE_JIT


@cache
def sources_hash() -> str:
    """Hash of the engine's sources and of Numba's version."""
    digest = hashlib.blake2b(numba.__version__.encode(), digest_size=8)
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def cache_folder() -> Path:
    """Folder of the compiled kernel: ``$HEWER_CACHE``, or the user's cache, or a temporary one."""
    stated = os.environ.get("HEWER_CACHE") or os.environ.get("XDG_CACHE_HOME")
    base = Path(stated) if stated else Path.home() / ".cache"
    folder = base / "hewer" / f"kernel-{sources_hash()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    return folder if writable else Path(tempfile.gettempdir()) / f"hewer-kernel-{sources_hash()}"


def jit(function: Function) -> Function:
    """Compile a part of the kernel; it is cached within the entry that uses it."""
    compiled: Function = numba.njit(nogil=True, error_model="numpy")(function)
    return compiled


def inlined(function: Function) -> Function:
    """Compile a part of the kernel that is always pasted into its callers."""
    compiled: Function = numba.njit(nogil=True, error_model="numpy", forceinline=True)(function)
    return compiled


def entry(function: Function) -> Function:
    """Compile a function that Python calls, cached on disk."""
    previous = config.CACHE_DIR
    config.CACHE_DIR = str(cache_folder())
    try:
        compiled: Function = numba.njit(nogil=True, error_model="numpy", cache=True)(function)
    finally:
        config.CACHE_DIR = previous
    return compiled

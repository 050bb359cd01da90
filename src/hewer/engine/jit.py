"""The one door to Numba: how kernels are compiled, and where they are kept.

The kernel's functions say with a decorator how they are to be compiled (``pasted``, ``part``, ``apart``,
``entry``), and stay plain Python. ``build`` makes a kernel of them: it copies an entry and all that the entry
calls, tells each copy which features of the language it is to know (:mod:`hewer.engine.features`), and
compiles the copies. What asks for a feature that a kernel does not know is left out before anything is
compiled, so that there are several kernels of one source.

Numba's disk cache does not notice a change in another module that an unchanged cached function
calls, so the cache folder is keyed by a hash of all sources of the kernel.

Numba optimises and assembles every compiled function for itself, with all that it calls inside, and then
again inside each of its callers. Parts of the kernel are never called on their own, so ``make_ready`` leaves
that out for them: only the entry, which contains them all, is optimised and assembled. It is the same
machine code in a fraction of the time.

Whether a function is pasted into its callers is stated for every one: a function for which Numba is not told
takes that from the caller for which it happens to be compiled first.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar

import numba
from numba import config, types
from numba.core.base import BaseContext
from numba.core.codegen import CPUCodeLibrary, JITCPUCodegen

from hewer.engine.features import FEATURES, FULL, name_of

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILED = not config.DISABLE_JIT
_SHARED = (  # what the kernel uses besides
    "codes.py", "draws.py", "features.py", "jit.py", "program.py", "records.py", "../choice_rules.py",
)  # fmt: skip
_MANNERS: dict[Any, Callable[..., Any]] = {}  # how each function of the kernel is compiled
_PARTS: set[str] = set()
_APART: set[tuple[str, str]] = set()
_READY = threading.Lock()
_BUILDING = threading.Lock()
_INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # Python never calls these


@cache
def sources_hash() -> str:
    """Hash of the sources that the kernel is made of, and of Numba's version."""
    # another Numba makes other machine code
    digest = hashlib.blake2b(numba.__version__.encode(), digest_size=8)
    engine = Path(__file__).parent
    for path in [*sorted((engine / "kernel").rglob("*.py")), *(engine / name for name in _SHARED)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def cache_folder() -> Path:
    """Folder of the compiled kernels: ``$HEWER_CACHE``, or the user's cache, or a temporary one."""
    stated = os.environ.get("HEWER_CACHE") or os.environ.get("XDG_CACHE_HOME")
    base = Path(stated) if stated else Path.home() / ".cache"
    folder = base / "hewer" / f"kernel-{sources_hash()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    return folder if writable else Path(tempfile.gettempdir()) / f"hewer-kernel-{sources_hash()}"


def _compile(function: Function, **options: Any) -> Function:
    """Decorate with Numba; a constant in a call selects no version of its own."""
    compiled = numba.njit(nogil=True, error_model="numpy", **options)(function)
    if COMPILED:
        resolve = compiled.get_call_template

        def resolve_plain(arguments: Any, keywords: Any) -> Any:
            return resolve(
                # f(m, 0) and f(m, 1) would be compiled apart
                tuple(types.unliteral(a) for a in arguments),
                {name: types.unliteral(a) for name, a in keywords.items()},
            )

        compiled.get_call_template = resolve_plain
    result: Function = compiled
    return result


def jit(function: Function) -> Function:
    """Compile a function that kernels and Python call."""
    return _compile(function, forceinline=False)


def jit_pasted(function: Function) -> Function:
    """Compile a small function that kernels and Python call: pasted into those of the kernel."""
    return _compile(function, forceinline=True)


def part(function: Function) -> Function:
    """Mark a part of the kernel, which only other parts call; it is cached within its entry."""
    _PARTS.add(function.__qualname__)
    _MANNERS[function] = lambda copy, _: _compile(copy, forceinline=False, **_INNER)
    return function


def pasted(function: Function) -> Function:
    """Mark a part of the kernel that is small or has few callers: always pasted into them."""
    _PARTS.add(function.__qualname__)
    _MANNERS[function] = lambda copy, _: _compile(copy, forceinline=True, **_INNER)
    return function


def apart(function: Function) -> Function:
    """Mark a part of the kernel that the plainest models never need: kept out of those that call it.

    What is pasted where it is hardly ever run stretches the code that always runs over many pages of memory,
    and the processor must fetch those.
    """
    _APART.add((function.__module__, function.__qualname__))
    return part(function)


def entry(function: Function) -> Function:
    """Mark a function of the kernel that Python calls; it is cached on disk."""
    _MANNERS[function] = _cached
    return function


def _cached(function: Function, features: frozenset[str]) -> Function:
    """Compile an entry; each kernel has a folder of its own, for Numba tells them apart by nothing else."""
    previous = config.CACHE_DIR
    # Numba reads it when the decorator is called, and nowhere else
    config.CACHE_DIR = str(cache_folder() / name_of(features))
    try:
        compiled: Function = numba.njit(nogil=True, error_model="numpy", cache=True)(function)
    finally:
        config.CACHE_DIR = previous
    return compiled


def _name(copy: Any, original: Any, features: frozenset[str]) -> None:
    """Give the copy of a function the name of its kernel.

    Kernels that were compiled in processes of their own would have the same symbols otherwise, and a process
    that loads two of them from the cache would run one for the other.
    """
    own, suffix = (original.__module__, original.__qualname__), name_of(features)
    copy.__module__, copy.__qualname__ = own[0], f"{own[1]}_{suffix}"
    copy.__name__ = f"{original.__name__}_{suffix}"
    if own[1] in _PARTS:
        _PARTS.add(copy.__qualname__)
    if own in _APART:
        _APART.add((own[0], copy.__qualname__))


def build(function: Any, features: frozenset[str] = FULL) -> Any:
    """Make an entry of the kernel that knows ``features``, of copies of the functions that it calls.

    The modules' names of other features are false there. With the JIT off, the copies are plain Python.
    """
    # one thread at a time: ``_cached`` sets the folder of the cache for the whole process, and where another
    # thread had set it back meanwhile, a kernel was kept in the folder that one stood in
    with _BUILDING:
        return _build(function, features)


@cache
def _build(function: Any, features: frozenset[str]) -> Any:
    made: dict[Any, Any] = {}
    spaces: dict[str, dict[str, Any]] = {}

    def space_of(original: Any) -> dict[str, Any]:
        if original.__module__ not in spaces:
            known = {name: name in features for name in FEATURES if name in original.__globals__}
            spaces[original.__module__] = {**original.__globals__, **known}
        return spaces[original.__module__]

    def made_of(original: Any) -> Any:
        if original not in made:
            space = space_of(original)
            copy = FunctionType(original.__code__, space, original.__name__, original.__defaults__)
            _name(copy, original, features)
            made[original] = _MANNERS[original](copy, features)
            for name in original.__code__.co_names:
                # by name in the code: a call through anything else would run the undivided original
                called = original.__globals__.get(name)
                if isinstance(called, FunctionType) and called in _MANNERS:
                    space[name] = made_of(called)
        return made[original]

    return made_of(function)


def make_ready(function: Any, arguments: int) -> Any:
    """Compile a built entry of so many int64 arguments, or load it, unless that has been done; returns it."""
    with _READY:
        if COMPILED and not function.overloads:
            with _lean_parts():
                function.compile((types.int64,) * arguments)
    return function


def short_cut_takes() -> bool:
    """Tell whether Numba has the four places that ``_lean_parts`` replaces for a while."""
    places = (
        (CPUCodeLibrary, "_optimize_final_module"),
        (CPUCodeLibrary, "_finalize_final_module"),
        (CPUCodeLibrary, "_finalize_dynamic_globals"),
        (JITCPUCodegen, "set_env"),
        (BaseContext, "declare_function"),
    )
    return all(hasattr(owner, name) for owner, name in places)


@contextmanager
def _lean_parts() -> Iterator[None]:
    """While open, parts are not optimised and assembled on their own, and those kept apart are marked so.

    This reaches into Numba (0.61 to 0.68); with a Numba that has changed there, nothing is left out,
    compiling takes longer, and a test fails.
    """
    if not short_cut_takes():
        yield
        return
    library: Any = CPUCodeLibrary
    codegen: Any = JITCPUCodegen
    optimise, finish = library._optimize_final_module, library._finalize_final_module
    set_environment, declare = codegen.set_env, BaseContext.declare_function

    def optimise_unless_part(self: Any) -> None:
        if self.name not in _PARTS:
            optimise(self)

    def finish_unless_part(self: Any) -> None:
        if self.name not in _PARTS:
            finish(self)
            return
        self._finalize_dynamic_globals()
        self._finalized = True

    def set_environment_if_assembled(self: Any, name: str, environment: Any) -> None:
        # a part that was not assembled has no environment; asking for it would fail
        if self._engine.is_symbol_defined(name):
            set_environment(self, name, environment)

    def declare_apart(self: Any, module: Any, described: Any) -> Any:
        declared = declare(self, module, described)
        if (described.modname, described.qualname) in _APART:
            declared.attributes.add("noinline")
            declared.attributes.add("cold")
        return declared

    library._optimize_final_module = optimise_unless_part
    library._finalize_final_module = finish_unless_part
    codegen.set_env = set_environment_if_assembled
    BaseContext.declare_function = declare_apart
    try:
        yield
    finally:
        library._optimize_final_module = optimise
        library._finalize_final_module = finish
        codegen.set_env = set_environment
        BaseContext.declare_function = declare

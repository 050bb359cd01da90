"""What every command shares: mistakes of the user end in a message and exit code 2, never a traceback."""

from __future__ import annotations

import functools
import gc
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any, ParamSpec

import typer

from hewer.errors import HewerError, HewerWarning, ModelError

USER_MISTAKE = 2
STOPPED = 130
_COLLECT_AFTER = 100_000  # objects; loading Numba makes many and frees few: a tenth of a small run's time

Arguments = ParamSpec("Arguments")


def guarded(command: Callable[Arguments, None]) -> Callable[Arguments, None]:
    """Wrap a command: errors to stderr, exit codes, a reader that went away, Ctrl-C."""

    @functools.wraps(command)
    def run(*args: Arguments.args, **options: Arguments.kwargs) -> None:
        _be_lenient()
        thresholds = gc.get_threshold()
        gc.set_threshold(_COLLECT_AFTER, *thresholds[1:])
        try:
            # tests run many commands in one process: what one changes must not reach the next
            with warnings.catch_warnings():
                _say_warnings()
                command(*args, **options)
            sys.stdout.flush()
        except HewerError as error:
            complain(error)
            raise typer.Exit(USER_MISTAKE) from None
        except KeyboardInterrupt:
            say("stopped before anything was complete")
            raise typer.Exit(STOPPED) from None
        # Python survives it: the array that was asked for was never made
        except MemoryError:
            say("there is not enough memory for this; ask for fewer replications, or fewer items at one time")
            raise typer.Exit(USER_MISTAKE) from None
        except BrokenPipeError:
            # or the interpreter would complain once more when it flushes stdout at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
        finally:
            gc.set_threshold(*thresholds)

    return run


def complain(error: HewerError) -> None:
    """Write an error to stderr: one line for each problem of a model, and how many there are."""
    if not isinstance(error, ModelError):
        say(str(error))
        return
    for problem in error.problems:
        print(f"error: {problem}", file=sys.stderr)
    count = len(error.problems)
    say(f"{count} problem{'s' * (count != 1)}")


def _say_warnings() -> None:
    """Tell hewer's own warnings as everything else that a command has to say."""
    shown = warnings.showwarning

    def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        if issubclass(category, HewerWarning):
            say(str(message))
        else:
            shown(message, category, *where, **more)

    # the default shows a warning once for each place in the code, however many models warn
    warnings.simplefilter("always", HewerWarning)
    warnings.showwarning = show


def say(text: str) -> None:
    """Write a line to stderr."""
    print(f"hewer: {text}", file=sys.stderr, flush=True)


def _be_lenient() -> None:
    """Replace what the encoding of the terminal lacks, rather than fail on a plus-minus sign."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(errors="replace")

"""The command ``hewer``: the list of its commands, in the order in which help shows them."""

from hewer.cli.answers import (
    attribute,
    bound,
    compare,
    exact,
    explain,
    replay,
    run,
    select,
    sensitivity,
    steady,
)
from hewer.cli.application import app
from hewer.cli.documents import cases, check, fit, schema, show
from hewer.cli.guard import guarded

__all__ = ["app", "main"]

COMMANDS = (
    run.run,
    compare.compare,
    select.select,
    attribute.attribute,
    explain.explain,
    sensitivity.sensitivity,
    bound.bound,
    exact.exact,
    steady.steady,
    fit.fit,
    replay.replay,
    check.check,
    show.show,
    schema.schema,
    cases.cases,
)

for _command in COMMANDS:
    app.command()(guarded(_command))


def main() -> None:
    """Run the command line."""
    app()

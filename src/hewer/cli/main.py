"""The command ``hewer``. Each command parses, calls what the Python API calls, and shows the outcome."""

from hewer.cli import experiments, fitting, models  # noqa: F401 - their commands join `app`
from hewer.cli.application import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line."""
    app()

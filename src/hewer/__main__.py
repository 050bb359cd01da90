"""``python -m hewer``: the command line."""

from hewer.cli.main import main

if __name__ == "__main__":
    main()

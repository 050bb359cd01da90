"""Write src/hewer/unit_table.py: what pint reads in src/hewer/units.txt.

Run it after a change of units.txt: ``.venv/bin/python tools/make_unit_table.py``. A test fails while the
table and pint disagree.
"""

from __future__ import annotations

from pathlib import Path

import pint

SOURCES = Path(__file__).parent.parent / "src" / "hewer"
HEAD = '''"""Every unit by name: its factor in base units, and the powers of its base dimensions.

Made by ``tools/make_unit_table.py``, which lets pint read ``units.txt``. Pint takes a quarter of a second to
load, which is most of what a small run takes; so it is asked once, here, and a test holds the two together.
"""

# fmt: off
UNITS: dict[str, tuple[float, tuple[tuple[str, int], ...]]] = {
'''


def names() -> list[str]:
    """Return every name in units.txt, as written."""
    found = []
    for line in (SOURCES / "units.txt").read_text(encoding="utf-8").splitlines():
        parts = [part.strip() for part in line.partition("#")[0].split("=")]
        if len(parts) > 1:
            found += [name for name in (parts[0], *parts[2:]) if name != "_"]
    return found


def table() -> str:
    """Return the text of the module."""
    registry = pint.UnitRegistry(str(SOURCES / "units.txt"), cache_folder=None)
    lines = []
    for name in names():
        parsed = registry.parse_units(name)
        factor, _ = registry.get_root_units(parsed)
        bases = sorted((base.strip("[]"), int(n)) for base, n in registry.get_dimensionality(parsed).items())
        lines.append(f'    "{name}": ({float(factor)!r}, {repr(tuple(bases)).replace(chr(39), chr(34))}),\n')
    return HEAD + "".join(lines) + "}\n"


if __name__ == "__main__":
    (SOURCES / "unit_table.py").write_text(table(), encoding="utf-8")

"""Documents that no one should be able to hurt hewer with, and what each is told."""

from __future__ import annotations

MODEL = """\
title: Three at a face
params: {{pace: {{value: {pace}}}}}
places: {{ledge: {{count: {ledges}, room: {room}}}, gate: {{}}}}
walk: {{ledge-gate: {walk}}}
stocks:
  coal: {{at: ledge, unit: t, start: {coal}, capacity: 10 t}}
  tubs: {{at: gate, start: {tubs}}}
  out: {{unit: t, sink: yes}}
sources: {{smith: {{to: tubs, every: {every}, amount: {amount}, priority: {rank}}}}}
activities:
  cut: {{at: ledge, takes: {{coal: {bite}}}, gives: {{out: 1 t}}, time: {time}, uses: pick, people: {people}}}
tools: {{pick: {picks}}}
crews: {{all: {{hewer: {{count: {hewers}, does: {does}, efficiency: {efficiency}}}}}}}
terms: {{horizon: {horizon}}}
limits: {{starts_per_instant: {starts}}}
"""

SOUND = {
    "pace": "2 min/t",
    "ledges": "3",
    "room": "2",
    "walk": "1 min",
    "coal": "5 t",
    "tubs": "4",
    "every": "exponential(5 min)",
    "amount": "1",
    "rank": "0",
    "bite": "1 t",
    "time": "pace * 1 t",
    "people": "1",
    "picks": "3",
    "hewers": "2",
    "does": "cut",
    "efficiency": "1",
    "horizon": "1 h",
    "starts": "100",
}


def written(**fields: str) -> str:
    """Write the model with other values in some of its fields."""
    return MODEL.format(**{**SOUND, **fields})


def _bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "\n".join(lines)


FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the document is empty"),
    "only a comment": (b"# nothing\n", "the document is empty"),
    "a list": (b"- title: x\n", "must be a mapping"),
    "a word": (b"hello\n", "must be a mapping"),
    "two documents": (b"title: x\n---\ntitle: y\n", "a second document"),
    "an open brace": (b"title: {x\n", "is not closed"),
    "an open quote": (b"title: 'x\n", "a quote is not closed"),
    "a tab": (b"params:\n\tx: 1\n", "a tab cannot be used to indent"),
    "a key twice": (b"title: x\ntitle: y\n", "stands here a second time"),
    "a tag": (b"title: !!python/object/apply:os.system [true]\n", "tags such as"),
    "a merge": (b"params: &p {x: 1}\nplaces:\n  <<: *p\n", "merging with `<<`"),
    "an alias of itself": (b"params: &p {x: *p}\n", "contains itself"),
    "latin-1": ("title: caf\u00e9\n".encode("latin-1"), "not UTF-8 (byte 0xe9)"),
    "utf-16": ("title: x\n".encode("utf-16"), "not UTF-8"),
    "noise": (bytes(range(256)) * 4, "not UTF-8"),
    "zeros": (b"\x00" * 1000, "a control character"),
    "an archive": (b"PK\x03\x04" + b"\x00" * 100, "a control character"),
    "ten megabytes": (b"# " + b"x" * 10_000_000, "5 MB at most"),
    "a bomb": (_bomb().encode(), "more than 200,000 parts"),
    "deep brackets": (b"params: " + b"[" * 100_000, "levels of nesting"),
    "deep braces": (b"{a: " * 10_000, "levels of nesting"),
    "a long list": (b"flow: [" + b"a," * 300_000 + b"]", "more than 200,000 parts"),
    "a long name": (b"x" * 500 + b": 1\n", "there is no field"),
    "many unknown fields": (b"".join(b"f%d: 1\n" % n for n in range(5000)), "more problems"),
    "unknown sections": (b"titel: x\nactivites: {}\n", "Did you mean `activities`?"),
    "numbers for sections": (b"stocks: 3\nactivities: [1]\ncrews: yes\n", "must be a mapping"),
}

VALUES: list[tuple[str, str, str]] = [
    ("pace", ".nan", "must be a finite number"),
    ("pace", "-.inf", "must be a finite number"),
    ("pace", "1e999 min/t", "must be a finite number"),
    ("pace", "9" * 400, "must be a finite number"),
    ("pace", "[1, 2]", "must be a quantity, a number or an expression"),
    ("pace", "2 furlong/t", "no unit `furlong`"),
    ("pace", "pace * 2", "itself"),
    ("ledges", "0", "must be at least 1"),
    ("ledges", "-3", "must not be negative"),
    ("ledges", "1.5", "must be a whole number"),
    ("ledges", "1000000", "must be 10,000 at most"),
    ("room", "99999999999999999999", "must be between"),
    ("room", "999999999999999999", "must be between"),
    ("walk", "-1 min", "must not be negative"),
    ("walk", "1 t", "must be a walking time"),
    ("walk", "1e300 h", "146 years"),
    ("coal", "-1 t", "must not be negative"),
    ("coal", "11 t", "capacity"),
    ("coal", "5 min", "must be"),
    ("tubs", "1.5", "whole number of items"),
    ("tubs", "1000000000000", "10,000,000 items at most"),
    ("every", "exponential(-5 min)", "must be"),
    ("every", "exponential(0 min)", "must be"),
    ("every", "exponential(5 t)", "time"),
    ("every", "uniform(5 min, 1 min)", "high must be at least low"),
    ("every", "uniform(-5 min, 1 min)", "negative"),
    ("every", "exponentiel(5 min)", "Did you mean `exponential`?"),
    ("every", "empirical('missing.csv', column='x', unit=min)", "there is no file `missing.csv`"),
    ("every", "empirical('/dev/zero', column='x', unit=min)", "must be a file"),
    ("every", "empirical('.', column='x', unit=min)", "cannot be read"),
    ("every", "\"empirical('a\\0b.csv', unit=min)\"", "cannot be the name of a file"),
    ("amount", "1000000000000", "10,000,000 items at most"),
    ("amount", "-1", "must not be negative"),
    ("amount", "{a: 1}", "must be a quantity"),
    ("bite", "0 t", "more than 0"),
    ("bite", "2 t .. 1 t", "Swap them"),
    ("time", "-1 min", "must not be negative"),
    ("time", "1 min - 2 min", "must not be negative"),
    ("time", "1 min / 0", "divides by 0"),
    ("time", "1", "must be a time"),
    ("time", "tiem", "`tiem`"),
    ("time", "1 min +", "1 min +"),
    ("time", "(" * 500 + "1 min" + ")" * 500, "levels of nesting"),
    ("time", "1 min" + " + 1 min" * 5000, "time"),
    ("time", "gamma(mean=1 min, cv=-1)", "cv"),
    ("time", "gamma(mean=1 min, cv=.nan)", "gamma"),
    ("time", "__import__('os')", "__import__"),
    ("people", "-1", "must not be negative"),
    ("people", "many", "must be a whole number"),
    ("people", "100", "people"),
    ("picks", "1e30", "must be between"),
    ("picks", "yes", "must be a whole number"),
    ("hewers", "1000000", "must be 10,000 at most"),
    ("hewers", "~", "must be a whole number"),
    ("does", "ct", "Did you mean `cut`?"),
    ("does", "[[cut]]", "must be a text"),
    ("efficiency", "0", "must be"),
    ("efficiency", "-1", "must not be negative"),
    ("efficiency", "{ct: 1}", "Did you mean `cut`?"),
    ("horizon", "0 h", "must be"),
    ("horizon", "-1 h", "must"),
    ("horizon", "1e9 h", "146 years"),
    ("horizon", "soon", "`soon`"),
    ("starts", "0", "must be at least 1"),
    ("starts", "1e100", "must be between"),
]
"""A field of the model, a value that it cannot have, and what its writer is told."""

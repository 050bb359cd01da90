"""The built-in cases."""

from __future__ import annotations

import pytest

from hewer.errors import NotFoundError
from hewer.model.reading import library
from hewer.model.reading.document import load, loads
from hewer.model.reading.library import case_file, case_names, case_text, cases


def test_the_cases_are_listed_with_their_titles() -> None:
    listed = dict(cases())
    assert {"irmino", "kitchen"} <= set(listed)
    assert list(listed) == sorted(listed)
    for name, title in listed.items():
        assert title == loads(case_text(name)).title != ""


@pytest.mark.parametrize("name", case_names())
def test_each_case_loads_without_errors(name: str) -> None:
    model = load(name)
    assert model.source.file == f"{name}.yaml"
    assert model.source.folder == case_file(name).parent


def test_a_case_that_does_not_exist() -> None:
    with pytest.raises(NotFoundError, match=r"no built-in case `irmin`\. Did you mean `irmino`\?"):
        case_text("irmin")


@pytest.mark.parametrize(
    ("text", "title"),
    [("title: a: b\n", "a: b"), ("x: 1\ntitle: 'quoted'  \n", "quoted"), ("about: title\n", "")],
)
def test_titles_are_found_without_reading_the_document(text: str, title: str) -> None:
    assert library._title(text) == title

import pytest

from hewer.errors import DataError, HewerError, ModelError, Problem, UnitError, ValueProblem, did_you_mean


def test_a_problem_says_where_what_and_the_remedy():
    problem = Problem(
        "activities.prop.takes",
        "there is no stock `bare_rof`",
        "did you mean `bare_roof`?",
        14,
        3,
        "face.yaml",
    )
    assert str(problem) == (
        "face.yaml, line 14, column 3, `activities.prop.takes`: there is no stock `bare_rof`."
        " Did you mean `bare_roof`?"
    )


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("", "the document is empty"), "the document is empty"),
        (Problem("terms", "must be given", None, None, None, None), "`terms`: must be given"),
        (Problem("", "must be UTF-8", None, 2, None, "a.yaml"), "a.yaml, line 2: must be UTF-8"),
    ],
)
def test_a_problem_leaves_out_what_it_does_not_know(problem, text):
    assert str(problem) == text


def test_a_model_error_lists_all_problems():
    error = ModelError([Problem("a", "first"), Problem("b", "second")])
    assert [problem.path for problem in error.problems] == ["a", "b"]
    assert str(error) == "`a`: first\n`b`: second"


def test_a_value_problem_becomes_a_problem_at_its_column():
    problem = UnitError("there is no unit `mn`", "did you mean `min`?", offset=2).problem(
        "params.x", 3, 10, "f"
    )
    assert problem == Problem("params.x", "there is no unit `mn`", "did you mean `min`?", 3, 12, "f", "unit")


def test_value_problems_are_hewer_errors_with_a_code():
    assert issubclass(DataError, HewerError)
    assert DataError("x").code == "data"
    assert ValueProblem("x", code="other").code == "other"
    assert str(ValueProblem("message", "do this")) == "message. Do this"


@pytest.mark.parametrize(
    ("word", "candidates", "text"),
    [
        ("bare_rof", ["bare_roof", "solid"], "did you mean `bare_roof`?"),
        ("SOLID", ["bare_roof", "solid"], "did you mean `solid`?"),
        ("xyz", ["b", "a"], "there is `a` and `b`"),
        ("xyz", ["only_this"], "there is only `only_this`"),
        ("xyz", [], None),
        ("xyz", [f"name_{i}" for i in range(20)], None),
    ],
)
def test_did_you_mean(word, candidates, text):
    assert did_you_mean(word, candidates) == text

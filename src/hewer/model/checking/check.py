"""What is wrong with a model, and what is hardly meant, found before it is run.

The checks run in two stages: names, units and numbers (all problems at once), then, of a model without
errors, its structure: posts nobody fills, stocks nothing fills or empties, work that can never start, a
deadlock at time 0. Each scenario is checked as the model it leads to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hewer.errors import HewerError, ModelError, did_you_mean
from hewer.model.checking.base import Context, Finding, Memo
from hewer.model.checking.ignorance import check_ignorance
from hewer.model.checking.measures import check_measures
from hewer.model.checking.people.duty import check_calendars
from hewer.model.checking.people.roles import check_people
from hewer.model.checking.structure import check_start, check_stocks
from hewer.model.checking.work.activities import check_work
from hewer.model.checking.work.arrivals import check_arrivals
from hewer.model.checking.work.kinds import check_kinds, check_use_of_kinds, enter_attributes
from hewer.model.checking.work.leaving import check_leaving
from hewer.model.checking.work.site import check_costs, check_site, check_terms
from hewer.model.document import Model, Role
from hewer.model.settling.flow import expand
from hewer.model.settling.own_rule import load_rule
from hewer.model.settling.resolve import problem_at
from hewer.model.settling.scenario import apply
from hewer.model.settling.workplace import settle

__all__ = ["Finding", "check", "errors"]

_LEVELS = ("error", "warning", "note")


def check(model: Model) -> tuple[Finding, ...]:
    """Check a model, its crews and its scenarios.

    Parameters
    ----------
    model : Model
        Any model, read or built.

    Returns
    -------
    tuple of Finding
        Errors, then warnings, then notes, each in the order of the document; empty for a clean model.
    """
    memo = Memo()
    context = _examine(model, memo)
    if context is None:
        return _sorted(_flow_problems(model))
    if not context.failed:
        check_stocks(context)
        check_start(context)
        _check_use(context)
        check_use_of_kinds(context)
    # structure is judged only where names and units are right: all else would follow from a typing error
    found = list(context.found)
    found.extend(_check_requirements(model))
    for name in model.scenarios:
        # a scenario without its crew cannot be applied: one message instead of two
        missing = list(_check_crew(model, name))
        found.extend(
            missing if missing or context.failed else _check_scenario(model, name, context.found, memo)
        )
    return _sorted(found)


def errors(model: Model) -> tuple[Finding, ...]:
    """Return what keeps a model from being run with the crew at work: the errors of :func:`check`.

    Its scenarios are left aside, so that this is quick.
    """
    return _errors(model, Memo())


def _errors(model: Model, memo: Memo) -> tuple[Finding, ...]:
    context = _examine(model, memo)
    if context is None:
        return _sorted(_flow_problems(model))
    if not context.failed:
        # of the crew at work alone: this stands before every run
        check_start(context, others=False)
    return _sorted(one for one in context.found if one.level == "error")


def _sorted(found: Iterable[Finding]) -> tuple[Finding, ...]:
    # a set would lose the order in which one line has its findings
    return tuple(sorted(dict.fromkeys(found), key=_rank))


def _rank(one: Finding) -> tuple[int, int, int]:
    return (_LEVELS.index(one.level), one.line or 0, one.column or 0)


def _examine(model: Model, memo: Memo) -> Context | None:
    """Check names, units, numbers and people; None where the flows are wrong."""
    try:
        context = Context.begin(settle(model), memo)
    except ModelError:
        return None
    enter_attributes(context)
    check_ignorance(context)
    check_site(context)
    check_arrivals(context)
    check_kinds(context)
    check_leaving(context)
    check_work(context)
    check_terms(context)
    check_costs(context)
    check_calendars(context)
    check_people(context)
    check_measures(context)
    return context


def _flow_problems(model: Model) -> list[Finding]:
    try:
        expand(model)
    except ModelError as error:
        return [Finding.of(problem) for problem in error.problems]
    return []


def _check_crew(model: Model, name: str) -> Iterator[Finding]:
    """Report a scenario whose crew does not exist."""
    crew = model.scenarios[name].crew
    if crew is not None and crew not in model.crews:
        hint = did_you_mean(crew, model.crews) or "the model has no crews"
        path = ("scenarios", name, "crew")
        yield Finding.of(problem_at(model, path, f"there is no crew `{crew}`", hint, "unknown-name"))


def _check_requirements(model: Model) -> Iterator[Finding]:
    """Report scenarios that require what there is not, or each other in a ring."""
    needed = {name: scenario.requires for name, scenario in model.scenarios.items()}
    for name, words in needed.items():
        path = ("scenarios", name, "requires")
        for word in words:
            if word not in needed:
                hint = did_you_mean(word, needed)
                message = f"there is no scenario `{word}`"
                yield Finding.of(problem_at(model, path, message, hint, "unknown-name"))
        seen = {*words}
        while name not in seen and (further := {w for s in seen for w in needed.get(s, ())} - seen):
            seen |= further
        if name in seen:
            yield Finding.of(problem_at(model, path, f"`{name}` requires itself, by way of others or not"))


def _check_scenario(model: Model, name: str, before: list[Finding], memo: Memo) -> Iterator[Finding]:
    """Report the errors that a scenario adds to its model."""
    try:
        changed = apply(model, scenario=name)
    except ModelError as error:
        yield from (Finding.of(problem) for problem in error.problems)
        return
    except HewerError as error:
        yield Finding.of(problem_at(model, ("scenarios", name), str(error)))
        return
    # without lines: a scenario that moves nothing repeats each finding of its model
    known = {(one.code, one.path, one.message) for one in before}
    for one in _errors(changed, memo):
        if (one.code, one.path, one.message) not in known:
            message = f"with this scenario, at `{one.path}`: {one.message}"
            placed = problem_at(model, ("scenarios", name), message, one.hint, one.code)
            yield Finding.of(placed, one.level)


_WORD = re.compile(r"[^\W\d]\w*")


def _check_use(context: Context) -> None:
    """Note params and tools that nothing uses."""
    model = context.model
    data = model.model_dump(exclude={"title", "about", "params", "scenarios"})
    used = {word for text in _texts(data) for word in _WORD.findall(text)}
    for param in model.params.values():
        used |= {word for value in (param.value, *(param.range or ())) for word in _WORD.findall(str(value))}
    used |= {
        name for roles in model.crews.values() for role in roles.values() for name in _asked(model, role)
    }
    for name in model.params:
        if name not in used:
            context.note(("params", name), "nothing uses this param", "leave it out", "unused")
    in_use = {tool for activity in model.activities.values() for tool in activity.uses}
    for name in model.tools:
        if name not in in_use:
            context.note(("tools", name), "nothing uses this tool", "leave it out", "unused")


def _asked(model: Model, role: Role) -> tuple[str, ...]:
    """Return what a rule of choice of the user's own asks for."""
    return load_rule(model, role.own_rule).numbers if role.own_rule is not None else ()


def _texts(data: object) -> Iterator[str]:
    """Yield every text value in plain data; notes for readers left out."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            if key != "about":
                yield from _texts(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from _texts(value)

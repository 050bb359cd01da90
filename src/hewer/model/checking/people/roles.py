"""Checks of the crews: what roles do, where, how fast, and whether every post can be filled."""

from __future__ import annotations

from collections.abc import Mapping

from hewer.errors import ValueProblem, did_you_mean
from hewer.model.checking.base import Context
from hewer.model.checking.people.duty import staffing_of
from hewer.model.checking.people.line import check_lines
from hewer.model.checking.people.pace import check_pace
from hewer.model.checking.scope import Want, judge_constant
from hewer.model.checking.work.kinds import check_choice, check_set_up
from hewer.model.checking.work.site import check_hazard
from hewer.model.document import Role
from hewer.model.settling.own_rule import NUMBERS, load_rule, returns_number
from hewer.model.settling.resolve import Path
from hewer.model.settling.work import own_set, posts_of
from hewer.quantity import DIMENSIONLESS

__all__ = ["check_people"]


def check_people(context: Context) -> None:
    """Check every crew, then the posts."""
    model = context.model
    if model.crew is not None:
        context.known(("crew",), model.crew, model.crews, "crew")
    for crew, roles in model.crews.items():
        for name, role in roles.items():
            _check_role(context, ("crews", crew, name), role)
        check_lines(context, crew, roles)
    if not context.failed:
        _check_posts(context)


def _check_role(context: Context, path: Path, role: Role) -> None:
    activities = context.model.activities
    for index, entry in enumerate(role.does):
        here: Path = (*path, "does", index)
        if entry in context.workplace.named:
            continue
        if entry in activities:
            message = f"`{entry}` needs nobody (`people: 0`)"
            context.warn(here, message, "leave it out, or give the activity people", "automatic")
        else:
            context.error(
                here, f"there is no activity or post `{entry}`", _near(context, entry), "unknown-name"
            )
    _check_where(context, path, role)
    if role.absent is not None:
        times = {"every": role.absent.every, "lasts": role.absent.lasts}
        check_hazard(context, (*path, "absent"), times)
    _check_own_rule(context, path, role)
    check_set_up(context, (*path, "set_up"), role.set_up)
    check_choice(context, path, role.choice, role.weights)
    check_pace(context, path, role)
    want = Want(DIMENSIONLESS, "an efficiency", positive=True)
    if isinstance(role.efficiency, Mapping):
        for activity, value in role.efficiency.items():
            here = (*path, "efficiency", activity)
            if context.known(here, activity, activities, "activity"):
                judge_constant(context, here, value, want)
    else:
        judge_constant(context, (*path, "efficiency"), role.efficiency, want)


def _check_own_rule(context: Context, path: Path, role: Role) -> None:
    """Check a rule of choice of the user's own: it is there, asks for what there is, returns a number."""
    if role.own_rule is None:
        return
    here: Path = (*path, "choice")
    try:
        rule = load_rule(context.model, role.own_rule)
    except ValueProblem as error:
        context.refuse(here, error)
        return
    for name in rule.numbers:
        if name in NUMBERS and (name in context.model.stocks or name in context.model.params):
            kind = "stock" if name in context.model.stocks else "param"
            message = f"`{rule.name}` asks for the number `{name}`, not for the {kind} of that name"
            context.warn(here, message, f"rename the {kind} if you mean it", "hidden-name")
    try:
        value = rule.function(**dict.fromkeys(rule.numbers, 1.0))
    except Exception:  # what is wrong with these numbers may be right with those of a run
        return
    if not returns_number(value):
        got = "nothing" if value is None else f"`{value!r}`"
        message = f"`{rule.name}` must return a number; it returned {got} when every number was 1"
        context.error(here, message, "the smallest number goes first", "own-rule")


def _near(context: Context, word: str) -> str | None:
    activities = context.model.activities
    posts = [post for activity in activities.values() for post in posts_of(activity) if post]
    full = [f"{name}.{post}" for name, one in activities.items() for post in posts_of(one) if post]
    return did_you_mean(word, [*activities, *posts, *(full if "." in word else ())])


def _check_where(context: Context, path: Path, role: Role) -> None:
    places = context.model.places
    if role.starts_at is not None:
        context.known((*path, "starts_at"), role.starts_at, places, "place")
    if role.keeps_to is None:
        return
    here: Path = (*path, "keeps_to")
    words = role.keeps_to.split()
    own = own_set(role)
    if len(words) > 1 and own is None:
        message = f"must be a place, or `own` and a place set; got `{role.keeps_to}`"
        context.error(here, message, "for example `keeps_to: own ledge`", "keeps-to")
        return
    if not context.known(here, words[-1], places, "place") or own is None:
        return
    if role.count > context.members(own):
        members = places[own].count
        message = f"there are {role.count}, each to keep to a member of `{own}`, which has {members}"
        context.error((*path, "count"), message, f"make it at most {members}", "too-many-people")


def _check_posts(context: Context) -> None:
    """Report the activities that no crew can do, and those that only some can."""
    model = context.model
    needy = {name: one for name, one in model.activities.items() if posts_of(one)}
    if needy and not model.crews:
        first = next(iter(needy))
        hint = "for example `crews: {one: {clerk: {does: [" + first + "]}}}`, or `people: 0`"
        context.error(("crews",), f"there is nobody: `{first}` needs people", hint, "no-crew")
        return
    crews = {crew: staffing_of(context, roles) for crew, roles in model.crews.items()}
    for name in needy:
        reasons = {crew: staffing.why_not(name) for crew, staffing in crews.items()}
        lacking = {crew: reason for crew, reason in reasons.items() if reason is not None}
        if len(lacking) == len(crews):
            path: Path = ("activities", name, "people")
            message = f"no crew can do it: {next(iter(lacking.values()))}"
            context.error(path, message, f"name `{name}` in a role's `does`", "unfilled-post")
            continue
        for crew, reason in lacking.items():
            report = context.warn if crews[crew].fits(name) else context.note
            report(("crews", crew), f"this crew cannot do `{name}`: {reason}", None, "unfilled-post")

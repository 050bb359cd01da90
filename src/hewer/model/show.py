"""A picture of a model as Mermaid text: stocks, sources, activities, tools and who does what.

A place set is drawn once, with the number of its members; so are the stocks and activities at it.
"""

from __future__ import annotations

from collections.abc import Iterator

from hewer.errors import NotFoundError, did_you_mean
from hewer.model.document import Activity, Model, Role, SetUp, Source, Stock
from hewer.model.document.fields import ONWARD
from hewer.model.settling.route import onward_stocks
from hewer.model.settling.work import all_gives, posts_of, reference
from hewer.model.settling.workplace import Workplace, settle

__all__ = ["mermaid"]

_STYLES = (
    "classDef stock fill:#eef4fb,stroke:#4a78a8,color:#1c2b3a",
    "classDef sink fill:#e9f5ec,stroke:#4a8a5c,color:#1c2b3a",
    "classDef source fill:#fdf3e1,stroke:#b9852f,color:#1c2b3a",
    "classDef activity fill:#ffffff,stroke:#333333,color:#111111",
    "classDef role fill:#f6eaf4,stroke:#8a4a80,color:#1c2b3a",
    "classDef tool fill:#f2f2f2,stroke:#777777,color:#1c2b3a",
)


def mermaid(model: Model, crew: str | None = None) -> str:
    """Draw the network of a model.

    Parameters
    ----------
    model : Model
        Its flows are expanded.
    crew : str, optional
        The crew to draw; default the one at work.

    Returns
    -------
    str
        A Mermaid flowchart. Stocks are rounded, sinks doubly rounded, sources flags, activities boxes,
        roles hexagons, tools slanted; dotted lines say who works and what is used.

    Raises
    ------
    NotFoundError
        Where there is no such crew.
    """
    if crew is not None and crew not in model.crews:
        hint = did_you_mean(crew, model.crews)
        raise NotFoundError(f"there is no crew `{crew}`" + (f"; {hint}" if hint else ""))
    workplace = settle(model if crew is None else model.model_copy(update={"crew": crew}))
    expanded = workplace.model
    head = ["---", f"title: {_quoted(expanded.title)}", "---"] if expanded.title else []
    lines = [*head, "flowchart LR"]
    for part in (_nodes, _material, _leaving):
        lines.extend(f"    {line}" for line in part(expanded))
    lines.extend(f"    {line}" for line in (*_people(workplace), *_tools(expanded)))
    lines.extend(f"    {style}" for style in _STYLES)
    return "\n".join(lines) + "\n"


def _nodes(model: Model) -> Iterator[str]:
    """Draw sources, stocks and activities, those at a place set inside its frame."""
    for name, source in model.sources.items():
        kind = [f"kind {source.kind}"] if source.kind is not None else []
        yield f"source_{name}>{_text(name, _times(source), *kind)}]:::source"
    homes: dict[str | None, list[str]] = {None: []}
    for name, stock in model.stocks.items():
        homes.setdefault(_home(model, stock.at), []).append(_stock(name, stock))
    for name, activity in model.activities.items():
        homes.setdefault(_home(model, activity.at), []).append(_activity(model, name, activity))
    yield from homes.pop(None)
    for home, inside in homes.items():
        assert home is not None
        yield f"subgraph place_{home}[{_text(_place_title(model, home))}]"
        yield from (f"    {line}" for line in inside)
        yield "end"


def _times(source: Source) -> str:
    """Say when arrivals come."""
    if source.rate is not None:
        return f"at {source.rate.value}" if source.rate.value is not None else "at a rate by the clock"
    if source.timetable is not None:
        return "by timetable"
    if source.from_file is not None:
        return f"as in {source.from_file.file}"
    return f"every {source.every}"


def _home(model: Model, place: str | None) -> str | None:
    return place if place in model.places else None


def _place_title(model: Model, name: str) -> str:
    place = model.places[name]
    title = f"{name} × {place.count}" if place.count > 1 else name
    return f"{title}, room {place.room}" if place.room is not None else title


def _stock(name: str, stock: Stock) -> str:
    starts = ", ".join(map(str, stock.start)) if isinstance(stock.start, tuple) else str(stock.start)
    notes = [f"start {starts}"] if starts not in ("0", "0.0") else []
    if stock.capacity is not None:
        notes.append(f"capacity {stock.capacity}")
    text = _text(f"{name} ({stock.unit})" if stock.unit else name, ", ".join(notes))
    return f"stock_{name}([{text}]):::sink" if stock.sink else f"stock_{name}({text}):::stock"


def _steps(model: Model, name: str) -> Iterator[tuple[str, int, tuple[object, ...]]]:
    """Yield the steps at which an activity stands in routes: kind, number from 0, step."""
    for kind, one in model.kinds.items():
        yield from ((kind, index, step) for index, step in enumerate(one.route) if step[0] == name)


def _activity(model: Model, name: str, activity: Activity) -> str:
    times = [f"{kind} {index + 1}: {step[1]}" for kind, index, step in _steps(model, name) if len(step) > 1]
    notes = times or [f"time {activity.time}"]
    posts = posts_of(activity)
    if not posts:
        notes.append("automatic")
    elif set(posts) == {""}:
        notes.extend([f"{posts['']} people"] if posts[""] > 1 else [])
    else:
        notes.append(", ".join(f"{post} {number}" for post, number in posts.items()))
    if activity.guard is not None:
        notes.append(f"only if {activity.guard}")
    return f"activity_{name}[{_text(name, *notes)}]:::activity"


def _material(model: Model) -> Iterator[str]:
    """Draw what flows: from sources, into activities, out of them."""
    for name, source in model.sources.items():
        if source.to is not None:
            amount = "" if source.amount == 1 else f"|{_text(str(source.amount))}|"
            yield f"source_{name} -->{amount} stock_{source.to}"
        if isinstance(source.when_full, dict) and (found := reference(source.when_full["to"])):
            yield f"source_{name} -->{_edge('when full', found.selector)} stock_{found.stock}"
        if source.balks is not None and (found := reference(source.balks.to or "")):
            label = _edge(f"balks: {source.balks.when}", found.selector)
            yield f"source_{name} -->{label} stock_{found.stock}"
    for name, activity in model.activities.items():
        for key, value in activity.takes.items():
            found = reference(key)
            if found is not None:
                yield f"stock_{found.stock} -->{_edge(found.selector, str(value))} activity_{name}"
        for part, gives in all_gives(activity):
            outcome = f"{part[1]} {activity.outcomes[str(part[1])].chance}" if len(part) > 1 else ""
            for key, value in gives.items():
                if key == ONWARD:
                    yield from _onward(model, name, outcome)
                    continue
                found = reference(key)
                if found is not None:
                    label = _edge(outcome, found.selector, str(value))
                    yield f"activity_{name} -->{label} stock_{found.stock}"


def _onward(model: Model, name: str, outcome: str) -> Iterator[str]:
    """Draw where items may go on their routes: an arrow to each stock."""
    for stock in onward_stocks(model, name):
        yield f"activity_{name} -->{_edge(outcome, 'onward')} stock_{stock}"


def _leaving(model: Model) -> Iterator[str]:
    """Draw where items go that leave a stock of themselves."""
    for name, stock in model.stocks.items():
        if stock.leaves is not None and (found := reference(stock.leaves.to)):
            after = f"after {stock.leaves.after}" if stock.leaves.after is not None else ""
            when = f"when {stock.leaves.when}" if stock.leaves.when is not None else ""
            yield f"stock_{name} -.->{_edge(after, when, found.selector)} stock_{found.stock}"


def _edge(*words: str) -> str:
    """Return the label of an arrow; none where it is a plain 1."""
    known = [word for word in words if word]
    return "" if known == ["1"] else f"|{_text(', '.join(known))}|"


def _people(workplace: Workplace) -> Iterator[str]:
    """Draw the roles of the crew at work, and the activities (and posts) they fill."""
    model = workplace.model
    order = {name: number for number, name in enumerate(model.activities)}
    for name, role in model.roles.items():
        notes = [f"keeps to {role.keeps_to}"] if role.keeps_to else []
        notes.extend(_changes(role.set_up))
        duty = role.calendar or ((model.terms.calendar,) if model.terms.calendar else ())
        notes.extend([f"on duty {', '.join(duty)}"] if duty else [])
        notes.extend(_manner(role))
        notes.extend([f"takes over from {role.takes_over}"] if role.takes_over else [])
        title = f"{name} × {role.count}" if role.count != 1 else name
        yield f"role_{name}{{{{{_text(title, *notes)}}}}}:::role"
        filled = workplace.filled_by(role)
        for activity_name in sorted(filled, key=order.__getitem__):
            posts = filled[activity_name]
            if posts:
                named = [post for post in posts_of(model.activities[activity_name]) if post in posts and post]
                label = f"|{_text(', '.join(named))}|" if named else ""
                yield f"role_{name} -.->{label} activity_{activity_name}"


def _manner(role: Role) -> Iterator[str]:
    """Say how workers of a role choose by a rule of their own, learn and tire."""
    if role.own_rule is not None:
        rule = role.own_rule
        yield f"chooses by {getattr(rule, '__name__', rule)}"
    if role.learning is not None:
        yield f"learns ({role.learning.curve}, {role.learning.rate})"
    if role.fatigue is not None:
        yield f"tires (up to {role.fatigue.most} longer)"


def _tools(model: Model) -> Iterator[str]:
    """Draw the tools and what uses them."""
    users: dict[str, list[tuple[str, int]]] = {}
    for activity_name, activity in model.activities.items():
        for name, number in activity.uses.items():
            users.setdefault(name, []).append((activity_name, number))
    for name, tool in model.tools.items():
        title = f"{name} × {tool.count}" if tool.count != 1 else name
        notes = [*(["carried"] if tool.carried else []), *_changes(tool.set_up)]
        yield f"tool_{name}[/{_text(title, *notes)}/]:::tool"
        for activity_name, number in users.get(name, ()):
            label = f"|{_text(str(number))}|" if number != 1 else ""
            yield f"tool_{name} -.-{label} activity_{activity_name}"


def _changes(set_up: SetUp | None) -> list[str]:
    """Say what it takes to change over between kinds."""
    if set_up is None:
        return []
    stated = [f"{key} {value}" for key, value in set_up.times.items()]
    return [", ".join(["set-up", *([str(set_up.time)] if set_up.time is not None else []), *stated])]


def _text(*lines: str) -> str:
    """Quote lines of a label, with what Mermaid would read as its own written as entities."""
    return _quoted("<br>".join(_escaped(line) for line in lines if line))


def _escaped(text: str) -> str:
    for sign, entity in (("&", "&amp;"), ("#", "&num;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, entity)
    return text


def _quoted(text: str) -> str:
    plain = text.replace('"', "'").replace("\n", " ")
    return f'"{plain}"'

"""Which fields of the compiled model the linear programme obeys, or may leave out; any other is refused.

A field that comes with a feature of the language is unknown here until someone says what it means for a
bound. Where a model does not use the feature its rows hold 0 or -1, and nothing is said.
"""

from __future__ import annotations

from hewer.engine.program import Program
from hewer.exact.opening import Refusals

OBEYED: dict[str, str] = {
    "stock": "items capacity start scale declared member",
    "instance": "activity member req0 req1 take0 take1 give0 give1 outcome0 outcome1 need0 need1 post0 post1 "
    "join0 join1 time overrun blocking_after interrupted twin origin",
    "requirement": "kind stock reserve",
    "take": "stock items low high amount",
    "give": "stock items fixed amount",
    "outcome": "cumulative give0 give1",
    "need": "pool amount",
    "pool": "is_room declared member count",
    "join": "group mask",
    "group": "role workers",
    "worker": "role group",
    "source": "stock every first amount fixed limit way row0 row1 period load mean chance balk_to full_to",
    "breaks": "begin end finish role0 role1",
    "scalar": "horizon shift warm_up",
}
LEFT_OUT: dict[str, str] = {  # they decide who goes first, when, or where; or are state; or names and sizes
    "stock": "order sink dep0 dep1 tail0 lineage givers_blocked dirty level reserved held head tail touched "
    "integral arrived departed peak waited",
    "instance": "priority place ends_at visit keyed holds overtake birth plain walks "
    "can_staff random_takes random_gives makes stream key unmet stage staffed since serial started starts "
    "instant instant_starts in_hand blocked touched n_started n_ended busy stuck team "
    "by_owner preempts suspended resumes n_interrupted",
    "requirement": "instance code amount take met since",
    "take": "req drawn",
    "outcome": "name",
    "need": "instance queued granted since entered next previous joined short",
    "pool": "free free_since returned head tail dirty touched busy",
    "join": "instance preference position",
    "group": "rule choice heap0 heap_size free_head free_tail free touched",
    "worker": "home number first0 first1 state detail since idle_serial place work next previous mate "
    "walk_until walk_left off claimed overtime",
    "source": "priority priority_class stream lineage key number items arrived lost "
    "balks tries balked diverted",
    "scalar": "limit_per_instant visits takes classes default_class class_tails activities stocks places "
    "tools heap start_items place_members rule_width",
}
OTHER_ARRAYS = (
    "distribution code flow dependent slot_post could_fill break_role table walk rate quantile wake arrival "
    "rule asked"
)


def refuse_unknown(program: Program, refusals: Refusals) -> None:
    """Refuse every feature that the programme does not know of."""
    arrays = {*OBEYED, *OTHER_ARRAYS.split()}
    for name, array in program._asdict().items():
        if name not in arrays:
            if array.size:
                refusals.add(
                    (), f"the bound knows nothing of `{name}`", "leave it out of the model to bound the rest"
                )
            continue
        if array.dtype.names is None or name not in OBEYED:
            continue
        known = {*OBEYED[name].split(), *LEFT_OUT.get(name, "").split()}
        for field in array.dtype.names:
            if field not in known and ((array[field] != 0) & (array[field] != -1)).any():
                message = f"the bound knows nothing of `{field}` of a {name}"
                refusals.add((), message, "leave it out of the model to bound the rest")

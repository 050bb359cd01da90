"""Who of a crew can fill the posts of an activity, all at once: a matching of posts to roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hewer.model.checking.base import Context
from hewer.model.document import Role
from hewer.model.settling.work import own_set, posts_of

__all__ = ["Staffing"]


class Staffing:
    """A crew, and which posts its roles can fill.

    Parameters
    ----------
    context : Context
    roles : mapping of str to Role
    present : sequence of mapping, optional
        Numbers of the workers of each role who are on duty together, at one time or another.
    """

    def __init__(
        self,
        context: Context,
        roles: Mapping[str, Role],
        present: Sequence[Mapping[str, frozenset[int]]] = (),
    ) -> None:
        self.context = context
        self.roles = roles
        self.present = present
        self._filled = {name: context.workplace.filled_by(role) for name, role in roles.items()}
        self._fits: dict[str, dict[str, frozenset[str]]] = {}
        self._staffed: dict[tuple[str, int], bool] = {}

    def fits(self, name: str) -> dict[str, frozenset[str]]:
        """Return the posts of an activity that each role can fill; roles that can fill none are left out."""
        if name not in self._fits:
            self._fits[name] = {role: filled[name] for role, filled in self._filled.items() if name in filled}
        return self._fits[name]

    def can_staff(self, name: str, member: int) -> bool:
        """Tell whether there are people for all posts of an activity, at one member of its place, at once."""
        member = member if self._differs(name) else 0
        if (name, member) not in self._staffed:
            shifts = self.present or (None,)
            found = any(self._can_staff(name, member, present) for present in shifts)
            self._staffed[name, member] = found
        return self._staffed[name, member]

    def _differs(self, name: str) -> bool:
        """Tell whether some who can fill posts of an activity keep each to a member of its place."""
        at = self.context.model.activities[name].at
        return at is not None and any(own_set(self.roles[role]) == at for role in self.fits(name))

    def _can_staff(self, name: str, member: int, present: Mapping[str, frozenset[int]] | None) -> bool:
        activity = self.context.model.activities[name]
        slots = [post for post, number in posts_of(activity).items() for _ in range(number)]
        fits = self.fits(name)
        room = {role: self._heads(role, activity.at, member, present) for role in fits}
        chosen: dict[str, list[int]] = {role: [] for role in fits}

        def place(slot: int, seen: set[str]) -> bool:
            for role, posts in fits.items():
                if slots[slot] not in posts or role in seen or not room[role]:
                    continue
                seen.add(role)
                if len(chosen[role]) < room[role]:
                    chosen[role].append(slot)
                    return True
                for position, other in enumerate(chosen[role]):
                    if place(other, seen):
                        chosen[role][position] = slot
                        return True
            return False

        return all(place(slot, set()) for slot in range(len(slots)))

    def _heads(
        self, name: str, at: str | None, member: int, present: Mapping[str, frozenset[int]] | None
    ) -> int:
        """Count the workers of a role, among those present, whom the place they keep to lets work there."""
        role = self.roles[name]
        heads = frozenset(range(role.count)) if present is None else present[name]
        own = own_set(role)
        if own is not None and own == at and self.context.members(own) > 1:
            return int(member in heads)
        if own is None and role.keeps_to is not None and at not in (None, role.keeps_to):
            return 0
        return len(heads)

    def why_not(self, name: str) -> str | None:
        """Say why the crew can do an activity at no member of its place; None where it can."""
        activity = self.context.model.activities[name]
        if any(self.can_staff(name, member) for member in range(self.context.members(activity.at))):
            return None
        for post, number in posts_of(activity).items():
            what = f"the post `{post}`" if post else "it"
            heads = sum(self.roles[role].count for role, posts in self.fits(name).items() if post in posts)
            if not heads:
                return f"nobody does {what}"
            if heads < number:
                return f"{what} needs {number} people, and {heads} could"
        if self.present:
            return "those who could are never on duty together"
        return "its posts cannot all be filled at once"

"""Rules of choice that drawn models use (rule 4)."""

from __future__ import annotations


def mixed(waiting, queue, distance, duration, preference, priority, people, member, now, left, items0, step):
    """Use every number, a stock and a param; many options are alike to it."""
    if now > 1200.0:
        return member - people
    return (
        round((items0 + queue) * 60.0 + distance - waiting / 2 + duration + step) // 60
        - priority * preference
    )


def fickle(waiting, queue, left):
    """Raise, or return what is no number, now and then."""
    if queue > 8.5:
        return float("nan")
    return 1.0 / (left - 1500.0) if waiting < 600.0 else waiting


def newest(waiting):
    """Last come, first served."""
    return waiting


def sized(queue, size=1.0):
    """Look at the item, where items are like something."""
    return size - queue // 2

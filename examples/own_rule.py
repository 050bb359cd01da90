"""A rule of choice for own_rule.yaml: the nearest job first, unless one has waited too long."""


def near_or_overdue(distance, waiting, patience):
    """Return what ranks a job: the smallest number goes first. Times are in seconds."""
    overdue = waiting - patience
    if overdue > 0.0:
        return -overdue
    return distance

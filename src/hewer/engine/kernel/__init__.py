"""The compiled engine: small functions over the arrays of :mod:`hewer.engine.kernel.memory.state`.

Read the rooms in this order: ``memory`` (the arrays, the calendar, accounts of time and level),
``judging`` (values, traits, what an instance waits for), ``material`` (stocks and items), ``people`` (who
does what), ``work`` (its start, what it gives, its end), ``interruption`` (failures, absences, take-over,
breaks, the end of the shift); then ``reset`` and ``loop``, which run it all. Rule numbers refer to
``docs/semantics.md``.
"""

"""The compiled engine: small functions over the arrays of :mod:`hewer.engine.kernel.state`.

Read in this order: ``state`` (the arrays), ``calendar``, ``pace`` (learning, fatigue), ``accounts`` (time and
integrals), ``expression``, ``trait`` (what items are like, their routes), ``order`` (stocks ordered by a
key), ``material`` (stocks and items), ``require`` (what an instance waits for), ``choose`` (who does what),
``carry`` (tools that are somewhere), ``start``, ``give`` and ``work`` (the work record), ``terms`` (breaks,
shift end, warm-up), ``reset`` and ``loop``. Rule numbers refer to ``docs/semantics.md``.
"""

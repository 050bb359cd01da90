"""What is wrong with the meaning of a model, found all at once and said with the place and the remedy.

Begin with ``check``, which calls the others; ``base`` and ``scope`` hold what they share. The work and
the site are judged in ``work``, roles and calendars in ``people``, what can never happen in ``structure``
and ``reach``.
"""

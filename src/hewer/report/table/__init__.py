"""Tables: one file for each kind of answer.

Begin with ``tables``, which finds the table for any result; ``single`` shows one scenario's answer,
``several`` sets scenarios, worlds or designs side by side.
"""

"""From a file or the name of a case to a checked model: the way in.

Begin with ``document``: ``load`` and ``loads``. ``library`` holds the built-in cases.
"""

"""From a time study to distributions and params, with what is known of them.

Begin with ``fit``.
"""

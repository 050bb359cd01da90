"""Checks of roles and crews: what they can do, when they are on duty, how fast they are.

Begin with ``roles``.
"""

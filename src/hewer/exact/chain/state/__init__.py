"""What the future of a plant depends on: one instant of it, and which past must be kept.

Begin with ``plant`` (what is read of the Program), then ``memory`` and ``moment``.
"""

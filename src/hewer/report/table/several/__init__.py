"""Tables that set scenarios, designs, worlds or causes side by side.

Begin with ``compare``.
"""

"""From expressions to code for the kernel's stack machine, and what is known of their values.

Begin with ``expressions`` (which value becomes a number, which code); ``code`` writes the instructions.
"""

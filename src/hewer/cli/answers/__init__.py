"""Commands that answer a question about a model: one file each, with its words and one call.

Begin with ``run``; ``main`` lists the commands.
"""

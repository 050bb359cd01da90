"""Commands about documents: the model itself, the language, a time study.

Begin with ``check``; ``main`` lists the commands.
"""

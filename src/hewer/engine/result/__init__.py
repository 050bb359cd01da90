"""What a run gives back: measures as samples over replications, and what is read of a deadlock.

Begin with ``result``; ``measures`` evaluates what the model asks for, ``functions`` has a function for
each measure.
"""

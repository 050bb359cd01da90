"""Experiments on studies: comparisons on common random numbers."""

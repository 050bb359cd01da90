"""Families of distributions as likelihoods, how they are maximised, and whether they fit.

Begin with ``likelihood``.
"""

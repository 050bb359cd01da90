"""What can be asked of a model: one file for each question, above the study and below the report.

Begin with ``compare``; ``sampler`` and ``grid`` hold what several questions share. A time study is read
in ``fitting``.
"""

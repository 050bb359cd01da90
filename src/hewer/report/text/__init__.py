"""Answers as text and data: JSON, CSV and Parquet rows, the log of events, a replay in words.

Begin with ``document``.
"""

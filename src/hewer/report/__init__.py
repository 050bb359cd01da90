"""How answers look: tables in a terminal, texts and data, charts.

Begin with ``table/tables.py``. Figures, grids and colours are made in ``form``, and only there.
"""

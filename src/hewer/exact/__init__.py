"""Exact engines beside the simulator: they read the compiled Program and compute instead of drawing.

They answer for fewer models than the kernel does. What they cannot answer for they refuse by name.
"""

"""What interrupts work: urgent work, failures, absences, take-over, calendars and the terms of the shift.

Begin with ``interrupt`` (how a work is put aside and goes on), then ``terms`` (rules 5, 8, 11 and 13).
"""

"""What a document leaves to be worked out: params, worlds, scenarios, flows, routes, arrivals, calendars.

Begin with ``resolve`` (params to quantities) and ``flow`` (what a flow implies). What is settled here is
read by the checks, the compiler, the picture and the exact engines.
"""

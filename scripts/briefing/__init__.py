"""A briefing as plain records: what is known (data/) and where it is told (docs/).

Modules import downwards only: load -> checks -> model -> prose -> markup. Nothing here knows
MkDocs, and nothing here names a place, a date, a figure or a source.
"""

"""A briefing as plain records: what is known (data/) and where it is told (docs/).

`check` reads a whole briefing and holds it against the rules, `briefing` is all of it, `site` draws pages and
downloads from it. Nothing here knows MkDocs, and nothing here names a place, a date, a figure or a source.
"""

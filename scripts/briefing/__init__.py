"""A briefing as plain records: what is known (data/) and where it is told (docs/).

What a module imports stands below it: `read` loads and checks a whole briefing, `publication` gives it
addresses, `render` and `export` draw pages and downloads from it, `verify` reads these back, `publish`
puts them in place. Nothing here knows MkDocs, and nothing here names a place, a date, a figure or a source.
"""

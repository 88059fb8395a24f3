"""What each command of run.py does once the tools are installed; MkDocs is imported only where it is needed."""

import argparse
import datetime
import os
import sys
import tempfile
from pathlib import Path

from briefing.changes import missing_reasons, refusal
from briefing.check import read_briefing
from briefing.dates import parse_date
from briefing.editions import KeptEdition, keep_edition
from briefing.problems import BriefingError
from briefing.site import DOWNLOADS

ROOT = Path(__file__).resolve().parent.parent
TODAY = datetime.date.today()


def check(options: argparse.Namespace) -> None:
    """Read and check data and pages; print what is only told, too."""
    briefing, told = read_briefing(ROOT)
    for problem in told:
        print(problem.annotation if options.format == "github" else problem)
    print(f"No problems: {len(briefing.records.events)} events, {len(briefing.pages)} pages.")


def build(options: argparse.Namespace) -> None:
    """Build the site aside and put it into site/."""
    from builder import publish

    site = (ROOT / "site").resolve()  # it may be a link
    digest = publish(ROOT, site, read_briefing, options.offline)
    print(f"The site is in {site}\nsha256 {digest}")


def edition(options: argparse.Namespace) -> None:
    """Keep what the briefing says today as its next edition, in data/editions/, unless a reason is missing."""
    from builder import build_site

    (briefing, _), date = read_briefing(ROOT), options.date
    number = len(briefing.editions) + 1
    if message := refusal(briefing.editions, briefing.records, date, TODAY):
        sys.exit(message)
    if lines := missing_reasons(briefing.changes, number):
        wanted = f"Edition {number} lacks reasons or sources. Paste these into data/corrections.yml and fill them in:"
        sys.exit("\n".join([wanted, "", *lines]))
    paper, data, records = map(briefing.page_of.get, ("print.html", "downloads", "records"))
    if not (paper and data and records):
        sys.exit("An edition needs a page for print, one of records and one of downloads: see .github/WRITING.md")
    files = [data.url + name for name in DOWNLOADS if name != "feed.xml"]
    making = KeptEdition(number, parse_date(str(date)))
    with tempfile.TemporaryDirectory() as folder:
        address = build_site(ROOT, Path(folder), read_briefing, making=making)
        keep_edition(making, ROOT, Path(folder), (paper.url, records.url), files, address)
    print(f"Edition {number} is dated {date}; build and publish it.")


def preview(options: argparse.Namespace) -> None:
    """Serve the site on this machine and follow every edit: MkDocs' own `serve`, as hooks.py sets it up."""
    from mkdocs.__main__ import cli

    cli(["serve", "--livereload", "-f", str(ROOT / "mkdocs.yml"), "-a", f"127.0.0.1:{options.port}"])


def main(arguments: list[str]) -> int:
    """Run the command that `arguments` name; returns the exit code."""
    commands = {"check": check, "build": build, "edition": edition, "preview": preview}
    parser = argparse.ArgumentParser(prog="run.py")
    parser.add_argument("command", choices=commands)
    parser.add_argument("--format", choices=["text", "github"])
    parser.add_argument("--offline", action="store_true")
    parser.add_argument("--date", default=TODAY, type=datetime.date.fromisoformat, metavar="YYYY-MM-DD")
    parser.add_argument("--port", default=8000, type=int, metavar="N")
    options = parser.parse_args(arguments)
    try:
        commands[options.command](options)
        sys.stdout.flush()
    except BriefingError as error:
        if options.format == "github":
            print(*(problem.annotation for problem in error.problems), error.count, sep="\n")
        else:
            print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever reads has read enough, as `head` does
        os._exit(0)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

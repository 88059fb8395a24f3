"""What each command of run.py does once the tools are installed; each imports what it needs."""

from __future__ import annotations

import argparse
import datetime
import gc
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

# A build makes many objects and drops few: looking for garbage takes a tenth of its time, and at its end a sixth.
gc.set_threshold(100_000)
ROOT = Path(__file__).resolve().parent.parent


def check(options: argparse.Namespace) -> None:
    """Read and check data and pages; print what is only told, too."""
    from briefing.check import read_briefing

    briefing = read_briefing(ROOT)
    for problem in briefing.advice:
        print(problem.annotation if options.format == "github" else problem)
    print(f"No problems: {len(briefing.records.events)} events, {len(briefing.pages)} pages.")


def build(options: argparse.Namespace) -> None:
    """Build the site aside and put it into site/."""
    from builder import build_site
    from publish import ARCHIVE, archive, digest, pack, publish

    def make(folder: Path) -> None:
        for sentence in build_site(ROOT, folder, offline=options.offline):
            print(sentence, file=sys.stderr)
        pack(folder)
        if options.offline:
            (folder / ARCHIVE).write_bytes(archive(folder))

    site = publish(ROOT, make)
    print(f"The site is in {site}\nsha256 {digest(site)}")


def edition(options: argparse.Namespace) -> None:
    """Keep what the briefing says today as its next edition, in data/editions/, unless a reason is missing."""
    from briefing.changes import missing_reasons
    from briefing.check import read_briefing
    from briefing.dates import parse_date
    from briefing.editions import KeptEdition, keep_edition, refusal
    from briefing.pages import load_settings
    from briefing.site import DOWNLOADS
    from builder import build_site

    try:
        day = datetime.date.fromisoformat(options.date)
    except ValueError:
        sys.exit(f'"{options.date}" is not a day; write it as --date {datetime.date.today()}')
    briefing = read_briefing(ROOT)
    number = len(briefing.editions) + 1
    if message := refusal(briefing.editions, day, datetime.date.today()):
        sys.exit(message)
    if lines := missing_reasons(briefing.changes, number):
        wanted = "Paste these lines at the end of data/corrections.yml and fill them in:"
        sys.exit(f"Edition {number} is not made: it lacks reasons or sources. {wanted}\n\n" + "\n".join(lines))
    paper = next((page for page in briefing.pages if page.meta.get("template") == "print.html"), None)
    data, records = briefing.page_with.get("downloads"), briefing.page_with.get("records")
    if not (paper and data and records):
        sys.exit("An edition needs a page for print, one of records and one of downloads: see .github/WRITING.md")
    files = [data.url + name for name in DOWNLOADS if name != "feed.xml"]
    address = load_settings(ROOT)[0].values["site_url"]
    making = KeptEdition(number, parse_date(str(day)))
    with tempfile.TemporaryDirectory() as folder:
        build_site(ROOT, Path(folder), making=making)
        keep_edition(making, ROOT, Path(folder), (paper.url, records.url), files, address)
    print(f"Edition {number} is dated {day}; build and publish it.")
    if number > 1 and not any(change.edition == number for change in briefing.changes):
        print(f"Nothing differs from edition {number - 1}.")


def preview(options: argparse.Namespace) -> None:
    """Serve the site on this machine and follow every edit: MkDocs' own `serve`, as hooks.py sets it up."""
    from mkdocs.__main__ import cli

    settings, address = str(ROOT / "mkdocs.yml"), f"127.0.0.1:{options.port}"
    cli(["serve", "--livereload", "--config-file", settings, "--dev-addr", address])


def main(arguments: list[str]) -> int:
    """Run the command that `arguments` name; returns the exit code."""
    parser = argparse.ArgumentParser(prog="run.py")
    parser.set_defaults(format="text")
    commands = parser.add_subparsers(dest="command", required=True)
    for command in (check, build, edition, preview):
        commands.add_parser(command.__name__).set_defaults(run=command)
    commands.choices["check"].add_argument("--format", choices=["text", "github"])
    commands.choices["build"].add_argument("--offline", action="store_true")
    commands.choices["edition"].add_argument("--date", default=str(datetime.date.today()), metavar="YYYY-MM-DD")
    commands.choices["preview"].add_argument("--port", type=int, default=8000, metavar="N")
    options = parser.parse_args(arguments)

    from briefing.problems import BriefingError

    try:
        options.run(options)
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
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    gc.freeze()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What each command of run.py does once the tools are installed; each imports what it needs."""

from __future__ import annotations

import argparse
import datetime
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path

# A build makes many objects and drops few: looking for garbage takes a tenth of its time, and at its end a sixth.
gc.set_threshold(100_000)
ROOT = Path(__file__).resolve().parent.parent


def check(options: argparse.Namespace) -> None:
    """Read and check data and pages."""
    from briefing.read import read_briefing

    briefing = read_briefing(ROOT)
    print(f"No problems: {len(briefing.dataset.events)} events, {len(briefing.pages)} pages.")


def build(options: argparse.Namespace) -> None:
    """Build the site aside and put it into site/."""
    from builder import build_site
    from publish import ARCHIVE, archive, digest, pack, publish

    def make(folder: Path) -> None:
        for advice in build_site(ROOT, folder, offline=options.offline):
            print(f"mkdocs.yml: {advice}", file=sys.stderr)
        pack(folder)
        if options.offline:
            (folder / ARCHIVE).write_bytes(archive(folder))

    site = publish(ROOT, make)
    print(f"The site is in {site}\nsha256 {digest(site)}")


def edition(options: argparse.Namespace) -> None:
    """Add the data as they are to data/editions.yml; undone where the briefing is not whole with it."""
    today = datetime.date.today()
    try:
        day = datetime.date.fromisoformat(options.date)
    except ValueError:
        sys.exit(f'"{options.date}" is not a day; write it as --date {today}')
    if day > today:
        sys.exit(f"{day} is yet to come; an edition is dated the day it is made, or before: --date {today}")
    print(_make_edition(day))


def _make_edition(day: datetime.date) -> str:
    from briefing.editions import as_edition, changes, lacking
    from briefing.load import load_dataset
    from briefing.problems import BriefingError
    from briefing.read import read_briefing

    dataset, problems = load_dataset(ROOT)
    if problems:
        raise BriefingError(problems)
    last = dataset.editions[-1]
    number = last.number + 1
    if day < last.date.first:
        sys.exit(f"Edition {last.number} is dated {last.date}; choose that day or a later one.")
    if lines := lacking(dataset):
        wanted = "Paste these lines at the end of data/corrections.yml and fill them in:"
        sys.exit(f"Edition {number} is not made: it lacks reasons or sources. {wanted}\n\n" + "\n".join(lines))
    path = ROOT / "data/editions.yml"
    with path.open("ab+") as file:  # what stands there is history, and is never written again
        length = file.tell()
        file.seek(max(0, length - 1))
        file.write((b"" if file.read() == b"\n" else b"\n") + as_edition(dataset, number, str(day)).encode())
    try:
        read_briefing(ROOT)
    except BaseException:
        os.truncate(path, length)
        raise
    made = f"Edition {number} is dated {day}; build and publish it."
    is_same = all(change.edition != number for change in changes(dataset))
    return f"{made} No value differs from edition {last.number}." if is_same else made


def preview(options: argparse.Namespace) -> None:
    """Do what `mkdocs serve` does."""
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
            print(error.coloured if sys.stderr.isatty() else error, file=sys.stderr)
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

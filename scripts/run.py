#!/usr/bin/env python3
"""The one command: makes the project's own Python environment, then runs a command in it.

It needs nothing but the standard library. The whole file must parse under Python 3.6, or whoever
has an old Python gets a syntax error instead of a sentence.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have any Python
    sys.exit(
        "This needs Python 3.11 or newer, and this is Python {}.{}: install a newer one from "
        "https://www.python.org/downloads/ and give it the same command.".format(*sys.version_info[:2])
    )

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, call, run

COMMANDS = {
    "preview": "show the pages at http://127.0.0.1:8000/ and follow every edit (--port N: another port)",
    "build": "make the pages in site/, ready to publish, or list every problem (--offline: with a zip of them all)",
    "check": "only read the data and pages, and list every problem in them (--format github: as annotations)",
    "edition": "make the next edition of the briefing, once every change has a reason (--date YYYY-MM-DD)",
    "test": "check the code; what follows is passed on to pytest",
    "bench": "measure this site beside a stock one (bench bytes paint: only these)",
}

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
MAKER = f"# {sys.implementation.cache_tag} in {str(ROOT)!a}\n"  # a .venv serves one Python, in one place
LOCK, TEST_LOCK = ROOT / "requirements.lock", ROOT / "tests/requirements.lock"
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
PLAYWRIGHTS = "from playwright.sync_api import sync_playwright as p; print(p().start().chromium.executable_path)"


def main(arguments: list[str]) -> int:
    """Run the command that comes first, with the rest as its arguments; return its exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print("Usage: python3 scripts/run.py COMMAND\n")
        print(*(f"  {name:9} {purpose}" for name, purpose in COMMANDS.items()), sep="\n")
        return 0
    command, *rest = arguments
    if command not in COMMANDS:
        print(f'There is no command "{command}"; there are: {", ".join(COMMANDS)}.', file=sys.stderr)
        return 2
    os.environ.setdefault("PYTHONUTF8", "1")  # Windows would write accents in another encoding
    install(LOCK)
    if command in ("test", "bench"):
        install(TEST_LOCK)
        os.environ["BRIEFING_CHROMIUM"] = chromium()
        os.environ["PYTHONPATH"] = str(ROOT / "scripts")
        return test(rest) if command == "test" else call([str(PYTHON), str(ROOT / "tests/bench.py"), *rest])
    line = [str(PYTHON), str(ROOT / "scripts/commands.py"), command, *rest]
    if sys.platform != "win32":
        os.execv(line[0], line)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command; this only waits for it
    return call(line)


def test(arguments: list[str]) -> int:
    """Run every check of the code, pytest last; fail if one of them did."""
    exit_code = 0
    for check in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest", *arguments]):
        print("\n$", *check, flush=True)
        exit_code = call([str(PYTHON), "-m", *check], cwd=ROOT) or exit_code
    return exit_code


def install(lock: Path) -> None:
    """Install into .venv what a lock file lists, unless that is what is there."""
    stamp, wanted = VENV / "-".join(lock.relative_to(ROOT).parts), MAKER + lock.read_text("utf-8")
    if PYTHON.exists() and stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    print(
        f"Setting up .venv from {lock.relative_to(ROOT).as_posix()} (only now, and when it changes) ...",
        file=sys.stderr,
    )
    first = VENV / LOCK.name
    if not (PYTHON.exists() and first.is_file() and first.read_text("utf-8").startswith(MAKER)):
        base = getattr(sys, "_base_executable", sys.executable)  # .venv's Python cannot replace itself
        step([base, "-m", "venv", "--clear", str(VENV)])
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    step([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(lock)])
    stamp.write_text(wanted, "utf-8")  # last, so a killed set-up has none


def step(command: list[str]) -> None:
    """Run a command of the set-up; end with a sentence where it fails."""
    done = run(command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, encoding="utf-8", errors="replace", check=False)
    if done.returncode and ("onnection" in done.stdout or "timed out" in done.stdout):
        sys.exit("Packages could not be downloaded: go online, then give the same command.")
    if done.returncode:
        sys.exit(f"{done.stdout.strip()}\nThe set-up failed; the lines above say why.")


def chromium() -> str:
    """Return the path of a Chromium that starts, and see to nginx; install what is missing where that is possible."""
    apt = "apt-get update; DEBIAN_FRONTEND=noninteractive apt-get install -y "
    playwright = [str(PYTHON), "-m", "playwright", "install", "chromium"]
    if is_root() and shutil.which("apt-get") and not shutil.which("nginx"):
        run(["sh", "-c", apt + "nginx-light"], stdout=DEVNULL, stderr=DEVNULL, check=False)
    for command in ([], ["sh", "-c", apt + "chromium"] if is_root() and shutil.which("apt-get") else [], playwright):
        if command:
            print("No Chromium to test with yet; trying:", *command, file=sys.stderr)
            run(command, stdout=DEVNULL, stderr=DEVNULL, check=False)
        for path in filter(None, map(shutil.which, browsers())):
            # A stub on the PATH may only say what to install. Windows is not asked: Chrome would open a window.
            if sys.platform == "win32" or not run([path, "--version"], stdout=DEVNULL, stderr=DEVNULL).returncode:
                return path
    sys.exit("The tests read the pages in a real Chromium: install Chromium or Chrome, then give the same command.")


def browsers() -> Iterator[str]:
    """Yield where a Chromium may be, Playwright's own last."""
    yield from BROWSERS
    yield run(
        [str(PYTHON), "-c", PLAYWRIGHTS], stdout=PIPE, stderr=DEVNULL, encoding="utf-8", check=False
    ).stdout.strip()


def is_root() -> bool:
    """Tell whether packages of the system may be installed here."""
    return sys.platform == "linux" and os.geteuid() == 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

#!/usr/bin/env python3
"""The one command: it sets itself up in .venv, then does what you name, as in: python3 scripts/run.py preview.

preview   show the pages at http://127.0.0.1:8000/ and follow every edit (--port N: another port)
build     make the pages in site/, ready to publish, or list every problem (--offline: with a zip of them all)
check     only read the data and pages, and list every problem in them (--format github: as annotations)
edition   make the next edition of the briefing, once every change has a reason (--date YYYY-MM-DD)
test      check the code; what follows is passed on to pytest
bench     measure this site beside a stock one (bench bytes paint: only these)
"""

import sys

# The whole file must parse under Python 3.6, or whoever has an old Python gets a syntax error instead of a sentence.
if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have any Python
    sys.exit("This needs Python 3.11 or newer: get it from https://www.python.org/downloads/ and start again.")

import os
import shutil
import signal
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, call, run

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
MAKER = f"# {sys.implementation.cache_tag} in {str(ROOT)!a}\n"  # a .venv serves one Python, in one place


def main(arguments: list[str]) -> int:
    """Run the command that comes first, with the rest as its arguments; return its exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    command, *rest = arguments
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends this without a word
    os.environ.setdefault("PYTHONUTF8", "1")  # Windows would write accents in another encoding
    install("requirements.lock")
    line = [PYTHON, str(ROOT / "scripts/commands.py"), command, *rest]
    if command in ("test", "bench"):
        install("tests/requirements.lock")
        install_tools()
        os.environ["PYTHONPATH"] = str(ROOT / "scripts")
        os.chdir(ROOT)
        line = [PYTHON, *(["-m", "pytest"] if command == "test" else ["tests/bench.py"]), *rest]
    if sys.platform != "win32":
        os.execv(PYTHON, line)
    return call(line)


def install(lock: str) -> None:
    """Install into .venv what a lock file lists, unless that is what is there."""
    stamps = [VENV / name.replace("/", "-") for name in ("requirements.lock", lock)]
    made, there = (stamp.read_text("utf-8") if stamp.is_file() else "" for stamp in stamps)
    wanted = MAKER + (ROOT / lock).read_text("utf-8")
    if there == wanted and Path(PYTHON).exists():
        return
    print(f"Setting up .venv from {lock} (only now, and when it changes) ...", file=sys.stderr)
    base = getattr(sys, "_base_executable", sys.executable)  # .venv's Python cannot replace itself
    steps = [] if made.startswith(MAKER) and Path(PYTHON).exists() else [[base, "-m", "venv", "--clear", str(VENV)]]
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    for step in [*steps, [*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(ROOT / lock)]]:
        done = run(step, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, encoding="utf-8", errors="replace")
        if done.returncode:
            sys.exit(f"{done.stdout.strip()}\nThe set-up failed. It needs a network: go online, then start again.")
    stamps[1].write_text(wanted, "utf-8")  # last, so a killed set-up has none


def install_tools() -> None:
    """Install a Chromium and nginx for the tests, where they are missing and can be had."""
    for name in ("nginx", "chromium"):
        if not shutil.which(name) and shutil.which("apt-get") and os.geteuid() == 0:
            call(["sh", "-c", f"apt-get update; DEBIAN_FRONTEND=noninteractive apt-get install -y {name}"])
    if not shutil.which("chromium") and call([PYTHON, "-m", "playwright", "install", "chromium"]):
        sys.exit("The tests read the pages in a real browser: install Chromium, then start again.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

#!/usr/bin/env python3
"""The one command: makes the project's own Python environment, then runs a command in it.

It refuses a Python that is too old, and needs nothing but the standard library. The whole file
must parse under Python 3.6, or whoever has an old Python gets a syntax error instead of a sentence.
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
from collections.abc import Callable
from io import BufferedWriter
from itertools import chain
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, Popen, call

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
LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "tests" / "requirements.lock"
BROWSERS = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
]
PLAYWRIGHTS = "from playwright.sync_api import sync_playwright as p; print(p().start().chromium.executable_path)"


class SetUpError(Exception):
    """The set-up failed; the message says why, and what to do."""


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
    try:
        return {"test": test, "bench": bench}.get(command, lambda words: start(command, words))(rest)
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def start(command: str, arguments: list[str]) -> int:
    """Hand over to commands.py, which runs in the environment."""
    install(LOCK)
    line = [str(PYTHON), str(ROOT / "scripts" / "commands.py"), command, *arguments]
    if sys.platform != "win32":
        os.execv(line[0], line)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command; this only waits for it
    return call(line)


def bench(arguments: list[str]) -> int:
    """Measure; see tests/bench.py."""
    install_for_tests()
    os.environ["PYTHONPATH"] = str(ROOT / "scripts")
    return call([str(PYTHON), str(ROOT / "tests" / "bench.py"), *arguments])


def install_for_tests() -> None:
    """Install what tests and measurements need on top, a browser too."""
    install(LOCK)
    install(TEST_LOCK)
    os.environ["BRIEFING_CHROMIUM"] = chromium()
    if not shutil.which("nginx") and apt_install("nginx-light"):
        run(apt_install("nginx-light"))  # where there is none to be had, its tests say so


def test(arguments: list[str]) -> int:
    """Run every check of the code, pytest last; fail if one of them did."""
    install_for_tests()
    exit_code = 0
    for check in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest", *arguments]):
        print("\n$", *check, flush=True)
        exit_code = call([str(PYTHON), "-m", *check], cwd=ROOT) or exit_code
    return exit_code


def install(lock: Path) -> None:
    """Install into .venv what a lock file lists, unless that is what is there."""
    if is_installed(lock):
        return
    name = lock.relative_to(ROOT).as_posix()
    print(f"Setting up .venv from {name} (only now, and again when it changes) ...", file=sys.stderr)
    with my_turn("set-up"):
        if is_installed(lock):  # by the run that this one has just waited for
            return
        pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        steps = [[*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(lock)]]
        if not (PYTHON.exists() and read(stamp(LOCK)).startswith(MAKER)):
            base = getattr(sys, "_base_executable", sys.executable)  # .venv's Python cannot replace itself
            steps.insert(0, [base, "-m", "venv", "--clear", str(VENV)])
        for step in steps:
            failed, output = run(step)
            if failed and ("onnection" in output or "timed out" in output):
                raise SetUpError("Packages could not be downloaded: go online, then give the same command.")
            if failed:
                raise SetUpError(f"{output}\nThe set-up failed; the lines above say why.")
        stamp(lock).write_text(MAKER + read(lock), "utf-8")


def is_installed(lock: Path) -> bool:
    """Tell whether .venv holds what the lock file lists today."""
    return PYTHON.exists() and read(stamp(lock)) == MAKER + read(lock)


def stamp(lock: Path) -> Path:
    """Return where .venv keeps its copy of a lock file: written last, so a killed set-up has none."""
    return VENV / "-".join(lock.relative_to(ROOT).parts)


def read(path: Path) -> str:
    """Return a file's text, or nothing where there is no file."""
    return path.read_text("utf-8") if path.is_file() else ""


def my_turn(what: str, say: Callable[[str], object] = lambda text: print(text, file=sys.stderr)) -> BufferedWriter:
    """Wait until no other run is at `what`; closing the result, or dying, lets the next one in."""
    (ROOT / ".cache").mkdir(exist_ok=True)
    turn = (ROOT / ".cache" / (what + ".lock")).open("wb")
    waiting = f"Another run is at the same ({what}); this one waits for it."
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say(waiting)
            fcntl.flock(turn, fcntl.LOCK_EX)
        return turn
    import msvcrt

    while True:
        try:  # it gives up every ten seconds
            msvcrt.locking(turn.fileno(), msvcrt.LK_LOCK, 1)
        except OSError:
            say(waiting)
        else:
            return turn


def run(command: list[str]) -> tuple[int, str]:
    """Run a lengthy command with its latest line in view; return its exit code and all it said."""
    width = shutil.get_terminal_size().columns - 1 if sys.stderr.isatty() else 0
    said = []
    with Popen(command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, encoding="utf-8", errors="replace") as job:
        for line in chain(job.stdout or (), [""]):
            said.append(line)
            if width:
                print(line.strip()[:width].ljust(width), end="\r", file=sys.stderr, flush=True)
    return job.returncode, "".join(said).strip()


def chromium() -> str:
    """Return the path of a Chromium that starts; where there is none, install one."""
    for command in ([], *ways_to_install_chromium()):
        if command:
            print("No Chromium to test with yet; trying:", *command, file=sys.stderr)
            run(command)
        found = any_that_starts(BROWSERS) or any_that_starts([run([str(PYTHON), "-c", PLAYWRIGHTS])[1]])
        if found:
            return found
    raise SetUpError(
        "The tests read the pages in a real Chromium, and none could be found or installed here: "
        "install Chromium or Chrome, then give the same command."
    )


def any_that_starts(browsers: list[str]) -> str:
    """Return the path of the first browser that starts, or nothing."""
    for path in filter(None, map(shutil.which, browsers)):
        # A stub on the PATH may only say what to install. Windows is not asked: Chrome would open a window.
        if sys.platform == "win32" or run([path, "--version"])[0] == 0:
            return path
    return ""


def ways_to_install_chromium() -> list[list[str]]:
    """Return the commands to try in turn: the system's packages first, then Playwright's Chromium."""
    playwright = [str(PYTHON), "-m", "playwright", "install"]
    system = [apt_install("chromium"), as_root([*playwright[:-1], "install-deps", "chromium"])]
    return [*(way for way in system if way), [*playwright, "chromium"]]


def apt_install(package: str) -> list[str]:
    """Return the command that installs a package of Debian's or Ubuntu's; nothing where it can't be given."""
    apt = f"apt-get update; DEBIAN_FRONTEND=noninteractive apt-get install -y {package}"
    return as_root(["sh", "-c", apt]) if shutil.which("apt-get") else []


def as_root(command: list[str]) -> list[str]:
    """Return a command as root may give it, never asking for a password; nothing where nobody is root."""
    if sys.platform != "linux" or (os.geteuid() != 0 and not shutil.which("sudo")):
        return []
    return command if os.geteuid() == 0 else ["sudo", "-n", *command]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

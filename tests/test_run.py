"""The one command, run as a person runs it: in a small project of its own, without a network."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import run

SCRIPT = Path(run.__file__)
COMMANDS_PY = """\
import json, os, sys
print(json.dumps([sys.argv[1:], os.getcwd(), sys.prefix]))
sys.exit(len(sys.argv) - 2)
"""
SETTING_UP = "Setting up .venv from requirements.lock (only now, and when it changes) ...\n"
WANTS_ANOTHER_PACKAGE = f"not-installed==1 --hash=sha256:{'0' * 64}\n"


class Project:
    """A copy of run.py in a folder where nothing is set up and nothing is locked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lock = root / "requirements.lock"
        self.venv = root / ".venv"
        (root / "scripts").mkdir(parents=True)
        shutil.copy(SCRIPT, root / "scripts")
        (root / "scripts" / "commands.py").write_text(COMMANDS_PY, "utf-8")
        self.lock.write_text("# nothing\n", "utf-8")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start run.py from another directory, with no package index in reach."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        environment |= {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": "http://127.0.0.1:9/",
            "PIP_RETRIES": "1",
            "NO_PROXY": "*",
        }
        return subprocess.Popen(
            [sys.executable, str(self.root / "scripts" / "run.py"), *arguments],
            cwd=self.root.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Return the exit code, what was printed and what was complained of."""
        process = self.start(*arguments)
        printed, complained = process.communicate()
        return process.returncode, printed, complained


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return a project in which nothing was ever run, in a folder with an accent and a space."""
    return Project(tmp_path / "dossier préparé")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project that is set up; whoever changes it puts it back."""
    project = Project(tmp_path_factory.mktemp("ready") / "project")
    code, _, complained = project.run("build")
    assert (code, complained) == (0, SETTING_UP)
    return project


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_lists_every_command_with_a_line_each(project: Project, arguments: list[str]) -> None:
    code, printed, complained = project.run(*arguments)
    listed = [line.split(maxsplit=1) for line in printed.splitlines()[2:]]
    assert code == 0
    assert [(name, bool(purpose)) for name, purpose in listed] == [(name, True) for name in run.COMMANDS]
    assert {"preview", "build", "check", "test"} <= run.COMMANDS.keys()
    assert not complained
    assert not project.venv.exists()


def test_tells_which_commands_there_are(project: Project) -> None:
    code, printed, complained = project.run("biuld")
    assert code == 2
    assert not printed
    assert complained == f'There is no command "biuld"; there are: {", ".join(run.COMMANDS)}.\n'


def test_tells_an_old_python_apart() -> None:
    pretend = "import runpy, sys; sys.version_info = (3, 6, 15); runpy.run_path(sys.argv[1])"
    old = subprocess.run([sys.executable, "-c", pretend, SCRIPT], capture_output=True, text=True, check=False)
    assert old.returncode == 1
    assert old.stderr == (
        "This needs Python 3.11 or newer, and this is Python 3.6: install a newer one from "
        "https://www.python.org/downloads/ and give it the same command.\n"
    )


def test_an_old_python_can_read_it_all() -> None:
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 6))


def test_hands_over_arguments_directory_and_exit_code(ready: Project) -> None:
    code, printed, complained = ready.run("check", "--format", "github", "é")
    assert json.loads(printed) == [["check", "--format", "github", "é"], str(ready.root.parent), str(ready.venv)]
    assert code == 3
    assert not complained  # nothing is set up again


def test_installs_again_when_the_lock_changes_and_not_before(ready: Project) -> None:
    mark = ready.venv / "mark"
    mark.touch()
    ready.lock.write_text("# still nothing\n", "utf-8")
    assert ready.run("build")[2] == SETTING_UP
    assert ready.run("build")[2] == ""
    assert mark.exists()


def test_without_a_network_says_so_and_spoils_nothing(ready: Project) -> None:
    before = ready.lock.read_text("utf-8")
    ready.lock.write_text(WANTS_ANOTHER_PACKAGE, "utf-8")
    code, printed, complained = ready.run("preview")
    ready.lock.write_text(before, "utf-8")
    assert code == 1
    assert not printed
    assert complained == (f"{SETTING_UP}Packages could not be downloaded: go online, then give the same command.\n")
    assert ready.run("build")[2] == ""


@pytest.mark.parametrize("damage", ["killed while installing", "another Python", "moved"])
def test_makes_a_spoilt_environment_anew(ready: Project, damage: str) -> None:
    stamp = ready.venv / "requirements.lock"
    made_by, rest = stamp.read_text("utf-8").split("\n", 1)
    tag = sys.implementation.cache_tag
    if damage == "killed while installing":
        stamp.unlink()
    elif damage == "another Python":
        stamp.write_text(f"{made_by.replace(tag, 'cpython-27')}\n{rest}", "utf-8")
    else:
        stamp.write_text(f"{made_by.replace('project', 'elsewhere')}\n{rest}", "utf-8")
    mark = ready.venv / "mark"
    mark.touch()
    assert ready.run("build")[2] == SETTING_UP
    assert not mark.exists()
    assert ready.run("build")[2] == ""


def test_runs_every_check_although_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[str]] = []

    def fails_at_mypy(line: list[str], cwd: Path) -> int:
        calls.append(line[2:])
        assert os.environ["BRIEFING_CHROMIUM"] == "/found/chromium"
        assert cwd == run.ROOT
        return int("mypy" in line)

    monkeypatch.setenv("BRIEFING_CHROMIUM", "whatever stood there")
    monkeypatch.setattr(run, "install", lambda lock: None)
    monkeypatch.setattr(run, "chromium", lambda: "/found/chromium")
    monkeypatch.setattr(run, "call", fails_at_mypy)
    assert run.main(["test", "-k", "dates"]) == 1
    assert calls == [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["pytest", "-k", "dates"]]


def fake_browser(path: Path, exit_code: int) -> str:
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(sys.platform == "win32", reason="no browser is asked there whether it starts")
def test_passes_over_a_browser_that_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = fake_browser(tmp_path / "browser", 0)
    monkeypatch.setattr(run, "BROWSERS", (str(tmp_path / "missing"), fake_browser(tmp_path / "stub", 1), browser))
    assert run.chromium() == browser


def test_fails_where_no_browser_can_be_had(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    tried: list[list[str]] = []

    def note(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        tried.append(command)
        return subprocess.CompletedProcess(command, 1, "", "")

    monkeypatch.setattr(run, "run", note)
    monkeypatch.setattr(run, "BROWSERS", ())
    with pytest.raises(SystemExit, match="install Chromium or Chrome"):
        run.chromium()
    assert any("playwright" in command for command in tried)
    assert "No Chromium to test with yet; trying:" in capsys.readouterr().err

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
def test_lists_every_command_before_anything_is_set_up(project: Project, arguments: list[str]) -> None:
    code, printed, complained = project.run(*arguments)
    listed = [line.split()[0] for line in printed.splitlines()[2:] if line]
    assert (code, listed, complained) == (0, ["preview", "build", "check", "edition", "test", "bench"], "")
    assert not project.venv.exists()


def test_tells_an_old_python_apart() -> None:
    pretend = "import runpy, sys; sys.version_info = (3, 6, 15); runpy.run_path(sys.argv[1])"
    old = subprocess.run([sys.executable, "-c", pretend, SCRIPT], capture_output=True, text=True, check=False)
    assert old.returncode == 1
    assert (
        old.stderr
        == "This needs Python 3.11 or newer: get it from https://www.python.org/downloads/ and start again.\n"
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
    assert complained.startswith(SETTING_UP)
    assert complained.endswith("The set-up failed. It needs a network: go online, then start again.\n")
    assert ready.run("build")[2] == ""


@pytest.mark.parametrize("damage", ["killed while installing", "another Python, or moved"])
def test_makes_a_spoilt_environment_anew(ready: Project, damage: str) -> None:
    stamp = ready.venv / "requirements.lock"
    made_by, rest = stamp.read_text("utf-8").split("\n", 1)
    tag = sys.implementation.cache_tag
    if damage == "killed while installing":
        stamp.unlink()
    else:
        assert made_by == f"# {tag} in {str(ready.root)!a}"
        stamp.write_text(f"{made_by.replace('project', 'elsewhere')}\n{rest}", "utf-8")
    mark = ready.venv / "mark"
    mark.touch()
    assert ready.run("build")[2] == SETTING_UP
    assert not mark.exists()
    assert ready.run("build")[2] == ""


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy"])
def test_the_code_is_clean(command: str, pytestconfig: pytest.Config) -> None:
    line = [sys.executable, "-m", *command.split()]
    result = subprocess.run(line, cwd=pytestconfig.rootpath, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_fails_where_no_browser_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[list[str]] = []

    def fails(command: list[str]) -> int:
        tried.append(command)
        return 1

    monkeypatch.setattr(run, "call", fails)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="install Chromium"):
        run.install_tools()
    assert "playwright" in tried[-1]

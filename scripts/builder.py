"""Runs MkDocs once, into a folder, and tells what went wrong as problems; it never touches `site/`."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from briefing.problems import BriefingError, Problem

SETTINGS = "mkdocs.yml"
ADVICE = "mkdocs.briefing"  # the logger of what is only told


class Warnings(logging.Handler):
    """Keeps what MkDocs and its plugins warn of; a strict build would count it, we say it."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.problems: list[Problem] = []
        self.advice: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message of MkDocs, a plugin or ours."""
        message = " ".join(record.getMessage().split())
        if record.name == ADVICE:
            self.advice.append(message)
        elif record.levelno >= logging.WARNING:
            self.problems.append(Problem(SETTINGS, 1, "", message))


def build_site(root: Path, folder: Path, **extra: object) -> list[str]:
    """Build the site of `root` into `folder`; returns what is only told, raises BriefingError with every problem.

    `extra` is added to the `extra` of the settings, for templates to read.
    """
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    warnings, logger = Warnings(), logging.getLogger("mkdocs")
    logger.addHandler(warnings)
    logger.setLevel(logging.INFO)
    try:
        config = load_config(str(root / SETTINGS), site_dir=str(folder))
        config.extra.update(extra)
        build(config)
    except (Exception, SystemExit) as error:  # MkDocs and plugins aren't strict about settings
        raise problems_in(error, root, warnings.problems) from error
    finally:
        logger.removeHandler(warnings)
    if warnings.problems:
        raise BriefingError(warnings.problems)
    return warnings.advice


def problems_in(error: BaseException, root: Path, warned: list[Problem]) -> BriefingError:
    """What an editor can do about an `error` of a build: our own problems if it wraps any, else a sentence on it."""
    from traceback import extract_tb

    from jinja2 import TemplateError
    from mkdocs.exceptions import Abort

    from briefing.check import read_briefing

    cause: BaseException | None = error
    while cause:
        if isinstance(cause, BriefingError):
            return cause
        if isinstance(cause, TemplateError):  # its frames are the lines of templates, the last one that at fault
            frames = [frame for frame in extract_tb(cause.__traceback__) if not frame.filename.endswith(".py")]
            file, line = (os.path.relpath(frames[-1].filename, root), frames[-1].lineno) if frames else (SETTINGS, None)
            return BriefingError([Problem(file, line or 1, "", f"{cause.message}; mend the template")])
        if isinstance(cause, OSError):
            reason = f"{cause.strerror}: {cause.filename}"
            what = f"the site can't be written ({reason}); make room, or give the rights to write"
            return BriefingError([Problem(SETTINGS, 1, "", what)])
        error, cause = cause, cause.__cause__ or cause.__context__
    if isinstance(error, Abort) and warned:  # which only repeats that something was told
        return BriefingError(warned)
    try:
        read_briefing(root)  # which says more of settings than MkDocs
    except BriefingError as told:
        return told
    what = f"the site can't be built with this ({type(error).__name__}: {error}); undo the last change of settings"
    return BriefingError([*warned, Problem(SETTINGS, 1, "", what)])

"""Runs MkDocs once, into a folder, and tells what went wrong as problems; it never touches `site/`."""

from __future__ import annotations

import importlib
import logging
import os
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

# Material prints an advertisement for its successor at every build unless told not to.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

from briefing.offline import ARCHIVE, as_archive
from briefing.pages import PAGES_FOLDER, load_pages
from briefing.problems import BriefingError, Problem
from briefing.settings import SETTINGS_FILE
from briefing.text import read_text

_LINK_IN_PAGE = re.compile(r"Doc file '([^']+)' contains .*?link '([^']+)'")


class _Warnings(logging.Handler):
    """Keeps what MkDocs and its plugins warn of; a strict build would count it, we say it."""

    def __init__(self, root: Path) -> None:
        super().__init__(logging.WARNING)
        self.root = root
        self.problems: list[Problem] = []

    def emit(self, record: logging.LogRecord) -> None:
        message, file, line = " ".join(record.getMessage().split()), SETTINGS_FILE, 1
        if link := _LINK_IN_PAGE.search(message):
            file = f"{PAGES_FOLDER}/{link[1]}"
            text = read_text(self.root, file)[0] or ""
            found = re.search(rf"\](?:\(|:)\s*<?{re.escape(link[2])}(?![^\s)>])", text)
            line += text.count("\n", 0, found.start()) if found else 0
        self.problems.append(Problem(file, line, "", message))


def build_site(root: Path, folder: Path, site_url: str | None = None, verified: bool = False, **extra: object) -> None:
    """Build the site of `root` into `folder`; BriefingError with every problem MkDocs or we find.

    Where it is to be `verified`, the pages are read back. `site_url` replaces the address in the
    settings; `extra` is added to their `extra`, for templates to read.
    """
    for name in ("requests", "pypandoc"):  # mkdocs-bibtex needs them for sources from the web
        sys.modules.setdefault(name, _LoadedWhenUsed(name))
    from jinja2 import TemplateSyntaxError
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, MkDocsException

    warnings = _Warnings(root)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(warnings)
    try:
        config = load_config(str(root / SETTINGS_FILE), site_dir=str(folder), site_url=site_url)
        config.extra.update(extra)
        build(config)
    except TemplateSyntaxError as error:
        file = os.path.relpath(error.filename or "", root)
        raise BriefingError([Problem(file, error.lineno, "", f"{error.message}; mend the template")]) from error
    except MkDocsException as error:
        if not isinstance(error, Abort):  # which only repeats that something was told
            logger.error(error)
        raise _told(error) or BriefingError(load_pages(root)[1] or warnings.problems) from error
    except OSError as error:
        what = f"the site can't be written ({error.strerror}: {error.filename}); make room, or give the rights to write"
        raise BriefingError([Problem(SETTINGS_FILE, 1, "", what)]) from error
    except Exception as error:  # MkDocs and its plugins are not strict about settings; an editor can't read a traceback
        what = f"the site can't be built with this ({type(error).__name__}: {error}); undo the last change of settings"
        raise BriefingError(warnings.problems or [Problem(SETTINGS_FILE, 1, "", what)]) from error
    finally:
        logger.removeHandler(warnings)
    if config.extra.get("offline"):
        (folder / ARCHIVE).write_bytes(as_archive(folder))
    found = warnings.problems
    if verified:
        from briefing.verify import verify

        briefing, urls = config.extra["briefing"], config.extra["render"].publication.urls
        files = {f"{url.removeprefix('./')}index.html": f"{PAGES_FOLDER}/{uri}" for uri, url in urls.items()}
        told = {problem.file for problem in found}  # a link that MkDocs warned of leads nowhere here, too
        for problem in verify(folder, briefing.dataset, set(briefing.bibliography.sources), config.site_url or ""):
            file = files.get(problem.file, "")
            if file not in told:
                found.append(replace(problem, file=file, record=problem.file) if file else problem)
    if found:
        raise BriefingError(found)


class _LoadedWhenUsed(ModuleType):
    """Stands in for a module that is imported, and here never used, until it is: a seventh of all imports."""

    def __getattr__(self, attribute: str) -> Any:
        del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), attribute)


def _told(error: BaseException | None) -> BriefingError | None:
    """Our own problems, which MkDocs hands on wrapped in its exceptions."""
    if error is None or isinstance(error, BriefingError):
        return error
    return _told(error.__cause__ or error.__context__)

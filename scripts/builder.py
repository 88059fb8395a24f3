"""Runs MkDocs once, into a folder, and tells what went wrong as problems; it never touches `site/`."""

from __future__ import annotations

import importlib
import logging
import os
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

# Material prints an advertisement for its successor at every build unless told not to.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

from briefing.offline import ARCHIVE, as_archive
from briefing.problems import BriefingError, Problem

SETTINGS = "mkdocs.yml"
_IN_PAGE = re.compile(r"Doc file '([^']+)'")


class _Warnings(logging.Handler):
    """Keeps what MkDocs and its plugins warn of; a strict build would count it, we say it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.problems: list[Problem] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = " ".join(record.getMessage().split())
        page = _IN_PAGE.search(message)
        self.problems.append(Problem(f"docs/{page[1]}" if page else SETTINGS, 0, "", message))


def build_site(root: Path, folder: Path, site_url: str | None = None, verified: bool = False, **extra: object) -> None:
    """Build the site of `root` into `folder`; BriefingError with every problem MkDocs or we find.

    Where it is to be `verified`, the pages are read back. `site_url` replaces the address in the
    settings; `extra` is added to their `extra`, for templates to read.
    """
    _load_when_used("requests", "pypandoc", "validators")  # mkdocs-bibtex needs them for sources from the web
    from jinja2 import TemplateSyntaxError
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort, ConfigurationError, MkDocsException

    warnings = _Warnings()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(warnings)
    try:
        config = load_config(str(root / SETTINGS), site_dir=str(folder), **({"site_url": site_url} if site_url else {}))
        config.extra.update(extra)
        build(config)
    except BriefingError:
        raise
    except TemplateSyntaxError as error:
        file = os.path.relpath(error.filename or "", root)
        raise BriefingError([Problem(file, error.lineno, "", f"{error.message}; mend the template")]) from error
    except ConfigurationError as error:
        raise BriefingError([*warnings.problems, Problem(SETTINGS, 0, "", " ".join(str(error).split()))]) from error
    except (Abort, MkDocsException) as error:
        raise _told(error) or BriefingError(warnings.problems or [Problem(SETTINGS, 0, "", str(error))]) from error
    finally:
        logger.removeHandler(warnings)
    if config.extra.get("offline"):
        (folder / ARCHIVE).write_bytes(as_archive(folder))
    found = list(warnings.problems)
    if verified and not found:
        from briefing.verify import verify

        briefing = config.extra["briefing"]
        found += verify(folder, briefing.dataset, set(briefing.bibliography.sources), config.site_url or "")
    if found:
        raise BriefingError(found)


def _load_when_used(*names: str) -> None:
    """Let modules that are imported, and here never used, load when they are: a seventh of all imports."""
    for name in names:

        def load(attribute: str, name: str = name) -> Any:
            del sys.modules[name]
            return getattr(importlib.import_module(name), attribute)

        stand_in = ModuleType(name)
        stand_in.__dict__["__getattr__"] = load
        sys.modules.setdefault(name, stand_in)


def _told(error: BaseException) -> BriefingError | None:
    """Our own problems, which MkDocs hands on wrapped in its exceptions."""
    wrapped: BaseException | None = error
    while wrapped is not None:
        if isinstance(wrapped, BriefingError):
            return wrapped
        wrapped = wrapped.__cause__ or wrapped.__context__
    return None

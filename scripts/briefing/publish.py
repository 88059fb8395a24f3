"""Publishing is all or nothing: build aside, then swap; a killed build is repaired by the next one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

SITE, NEW, OLD, LOCK = "site", ".site-new", ".site-old", ".site-lock"


def publish(root: Path, build: Callable[[Path], None]) -> Path:
    """Let `build` fill a folder beside `root`/site, then put it in its place; returns the place.

    Whatever `build` raises leaves the published site as it was. A second run waits for the first.
    """
    site, new, old = (root / name for name in (SITE, NEW, OLD))
    with FileLock(root / LOCK):
        repair(root)
        try:
            build(new)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        if site.exists():
            site.rename(old)
        new.rename(site)
        shutil.rmtree(old, ignore_errors=True)
    return site


def repair(root: Path) -> None:
    """Undo what a killed run left: the last whole site is in its place, and nothing beside it."""
    site, new, old = (root / name for name in (SITE, NEW, OLD))
    if old.exists() and not site.exists():
        old.rename(site)
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)

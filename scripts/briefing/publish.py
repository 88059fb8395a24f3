"""Publishing is all or nothing: build aside, verify, swap; a killed build is repaired by the next one."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

PACKED = {".html", ".css", ".js", ".json", ".geojson", ".csv", ".svg", ".xml", ".bib"}
SITE, NEW, OLD = "site", ".site-new", ".site-old"


def publish(root: Path, build: Callable[[Path], None]) -> Path:
    """Let `build` fill and verify a folder beside `root`/site, then put it in its place; returns the place.

    Whatever `build` raises leaves the published site as it was. The caller sees to it that no other
    run does the same.
    """
    site, new, old = _places(root)
    try:
        repair(root)
        build(new)
        if site.exists():
            site.rename(old)
        new.rename(site)
        return site
    finally:
        repair(root)


def repair(root: Path) -> None:
    """Undo what a broken run left: the last whole site is in its place, and nothing beside it."""
    site, new, old = _places(root)
    if old.exists() and not site.exists():
        old.rename(site)
    for leftover in (new, old):
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)


def _places(root: Path) -> tuple[Path, Path, Path]:
    """Where the site is, if need be at the end of a link, and beside it the new one and the old one."""
    site = (root / SITE).resolve()
    return site, site.with_name(NEW), site.with_name(OLD)


def files_of(site: Path) -> dict[str, Path]:
    """Every file of a site by its name, in the same order everywhere."""
    return {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*")) if path.is_file()}


def pack(site: Path) -> None:
    """Put a packed copy beside every text of a site, for hosts that serve it as it is."""
    for path in files_of(site).values():
        if path.suffix in PACKED:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 6, mtime=0))


def digest(site: Path) -> str:
    """The SHA-256 of a site: of the names and bytes of its files, whatever their dates and rights.

    Packed copies are left out: their bytes hang on the machine's zlib.
    """
    total = hashlib.sha256()
    for name, path in files_of(site).items():
        if path.suffix not in (".gz", ".zip"):
            total.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n".encode())
    return total.hexdigest()

"""Publishing is all or nothing: build aside, swap; a killed build is repaired by the next one."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

PACKED = {".html", ".css", ".js", ".json", ".geojson", ".csv", ".svg", ".xml", ".bib", ".ris", ".txt"}
SITE, NEW, OLD, ARCHIVE = "site", ".site-new", ".site-old", "offline.zip"
_ONLY_SERVED = {ARCHIVE, "404.html", "sitemap.xml", "sitemap.xml.gz", "_headers", "nginx.conf"}
_SEARCH = "search/", "assets/javascripts/workers/", "assets/javascripts/lunr/"  # no page from a disk may load these


def publish(root: Path, build: Callable[[Path], None]) -> Path:
    """Let `build` fill a folder beside `root`/site, then put it in its place; returns the place.

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


def pack(site: Path) -> None:
    """Put a packed copy beside every text of a site, for hosts that serve it as it is."""
    for path in _files_of(site).values():
        if path.suffix in PACKED:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 6, mtime=0))


def digest(site: Path) -> str:
    """The SHA-256 of a site: of the names and bytes of its files, whatever their dates and rights.

    Packed copies are left out: their bytes hang on the machine's zlib.
    """
    total = hashlib.sha256()
    for name, path in _files_of(site).items():
        if path.suffix not in (".gz", ".zip"):
            total.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n".encode())
    return total.hexdigest()


def archive(site: Path) -> bytes:
    """The built `site` as a zip that opens from a disk, where no server finds a folder's page, and nothing is searched.

    The same site gives the same bytes.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, path in _files_of(site).items():
            if name not in _ONLY_SERVED and not name.startswith(_SEARCH):
                data = _from_disk(path.read_bytes()) if path.suffix == ".html" else path.read_bytes()
                file.writestr(
                    zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED
                )  # without the date and rights of a file
    return packed.getvalue()


def _from_disk(page: bytes) -> bytes:
    """The page with the files that its links mean, without the search and the link to the archive it is in."""
    tree = LexborHTMLParser(page)
    for node in tree.css(".offline, [for=__search], [data-md-component=search]"):
        node.decompose()
    for node in tree.css("a[href]"):
        parts = urlsplit(node.attributes.get("href") or "")
        if parts.path.endswith(("/", ".")) and not (parts.scheme or parts.netloc):
            node.attrs["href"] = parts._replace(path=f"{parts.path.rstrip('/')}/index.html").geturl()
    return (tree.html or "").encode("utf-8")


def _places(root: Path) -> tuple[Path, Path, Path]:
    """Where the site is, if need be at the end of a link, and beside it the new one and the old one."""
    site = (root / SITE).resolve()
    return site, site.with_name(NEW), site.with_name(OLD)


def _files_of(site: Path) -> dict[str, Path]:
    """Every file of a site by its name, in the same order everywhere."""
    return {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*")) if path.is_file()}

"""The whole site in one file that opens from a disk, where no server finds a folder's page or hands out an index."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from briefing.publish import files_of

ARCHIVE = "offline.zip"
_LEFT_OUT = {ARCHIVE, "404.html", "sitemap.xml", "sitemap.xml.gz", "_headers", "nginx.conf"}
_INDEX = "search/search_index.json"


def as_archive(site: Path) -> bytes:
    """The built `site` as a zip, the same bytes for the same site."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, path in files_of(site).items():
            if name in _LEFT_OUT:
                continue
            data = _from_disk(path.read_bytes()) if path.suffix == ".html" else path.read_bytes()
            if name == _INDEX:  # a page from a disk may load a script, and nothing else
                name, data = name.removesuffix("on"), b"searchIndex=" + data
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)  # without the date and rights of a file
    return packed.getvalue()


def _from_disk(page: bytes) -> bytes:
    """The page with the files that its links mean, and without the link to the archive it is in."""
    tree = LexborHTMLParser(page)
    for node in tree.css(".offline"):
        node.decompose()
    for node in tree.css("a[href]"):
        parts = urlsplit(node.attributes.get("href") or "")
        if parts.path.endswith(("/", ".")) and not (parts.scheme or parts.netloc):
            node.attrs["href"] = parts._replace(path=f"{parts.path.rstrip('/')}/index.html").geturl()
    return (tree.html or "").encode("utf-8")

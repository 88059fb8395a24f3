"""What a reader's line and browser get: few bytes, nothing from elsewhere, nothing that may not run; and a real nginx."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import brotli
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from conftest import PAGES, ROOT, served

MOST = {"background/": 13_500, "february-2017-violence/": 13_500, "events/": 20_000, "print/": 20_000}
FIRST_FLIGHT = 14_600  # bytes that a new connection may carry before it waits for an answer


def html_of(site: Path, path: str) -> bytes:
    return (site / path if path.endswith(".html") else site / path / "index.html").read_bytes()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_and_all_that_holds_back_its_first_paint_fit(built: Callable[[str], Path], path: str) -> None:
    html = html_of(built("real"), path)
    assert len(brotli.compress(html, quality=11)) <= MOST.get(path, FIRST_FLIGHT)
    head = html.partition(b"</head>")[0]
    assert b'rel="stylesheet"' not in head
    assert b"<script src=" not in head


def test_the_whole_site_is_small(built: Callable[[str], Path]) -> None:
    site = built("real")  # without former editions
    files = [path for path in site.rglob("*") if path.is_file() and path.suffix not in (".gz", ".zip")]
    assert sum(path.stat().st_size for path in files if "editions" not in path.parts) <= 900_000


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_little_and_nothing_from_elsewhere(page: Page, site: str, path: str) -> None:
    asked: list[str] = []
    received: list[int] = []
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/{path}", wait_until="networkidle")
    assert [address for address in asked if not address.startswith((site, "data:"))] == []
    if path in MOST and path.endswith("e/"):
        assert sum(received) <= 300_000  # even unpacked
    assert not [address for address in asked if "search" in address]
    assert not [address for address in asked if re.search(r"\.(woff2?|ttf|otf)", address)]


@pytest.mark.parametrize("path", PAGES)
def test_the_page_stays_in_place_while_it_loads(page: Page, site: str, path: str) -> None:
    page.goto(f"{site}/{path}", wait_until="networkidle")
    shift = page.evaluate(
        """() => new Promise(resolve => {
          let shift = 0;
          new PerformanceObserver(list => list.getEntries().forEach(e => shift += e.value))
            .observe({type: 'layout-shift', buffered: true});
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(shift)));
        })"""
    )
    assert shift < 0.02


MOVES = """addEventListener('transitionrun', ({target, propertyName}) => {
  const box = target.getBoundingClientRect(), isInDrawer = innerWidth < 1220 && target.closest('.md-sidebar--primary');
  if (box.width && box.height && !isInDrawer)
    (window.moving ??= []).push(target.className + ': ' + propertyName);
}, true)"""


@pytest.mark.parametrize(("path", "width"), [("", 1440), ("events/", 768), ("404.html", 360)])
def test_nothing_fades_when_the_sheet_comes(page: Page, site: str, path: str, width: int) -> None:
    held: list[Route] = []
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(MOVES)
    page.route(re.compile("/stylesheets/"), lambda route: held.append(route))
    with page.expect_request(re.compile("/stylesheets/")):
        page.goto(f"{site}/{path}", wait_until="domcontentloaded")
    page.evaluate("new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(painted)))")
    held[0].continue_()
    page.wait_for_load_state("load")
    page.evaluate("new Promise(painted => requestAnimationFrame(() => requestAnimationFrame(painted)))")
    assert page.evaluate("window.moving ?? []") == []


SEEN = """[...document.querySelectorAll('body, body *')].flatMap(node => {
  const style = getComputedStyle(node), box = node.getBoundingClientRect();
  if (!node.checkVisibility({opacityProperty: true}) || box.right <= 0 || !box.width || !box.height) return [];
  const place = [box.x, box.y, box.width, box.height].map(Math.round);
  return [[node.localName, node.getAttribute('class'), ...place, style.color, style.backgroundColor, style.font].join(' ')];
})"""


@pytest.mark.parametrize("path", ["", "background/", "events/", "data/", "404.html"])
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (768, "dark"), (1440, "light")])
def test_the_sheet_changes_nothing_that_is_seen(
    browser: Browser, site: str, path: str, width: int, scheme: str
) -> None:
    """What a page carries itself shows it as the sheet does, which comes later; without script, it comes at once."""
    looks = []
    for held_back in ("/stylesheets/", "nothing"):
        context = browser.new_context(
            java_script_enabled=False,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]  # one of two words
        )
        page = context.new_page()
        page.route(re.compile(held_back), lambda route: route.abort())
        page.goto(f"{site}/{path}", wait_until="networkidle")
        looks.append(page.evaluate(SEEN))
        context.close()
    assert looks[0] == looks[1]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_breaks_the_policy(browser: Browser, site: str, path: str) -> None:
    """Every control of every page is used, with the page's own Content-Security-Policy in force."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.add_init_script(
        "window.broken = []; addEventListener('securitypolicyviolation', e => broken.push(e.violatedDirective + ' ' + e.blockedURI))"
    )
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{site}/{path}", wait_until="networkidle")
    for marker in page.locator(".footnote-ref").all():
        marker.focus()
    for summary in page.locator("summary").all():
        summary.click()
    if path != "404.html":  # whose addresses hold at the place of the published site
        page.locator(".md-search__input").click()
        page.locator(".md-search__input").press_sequentially("niono")
        expect(page.locator(".md-search-result__link").first).to_be_visible()
        page.keyboard.press("Escape")
        page.locator("[data-md-component=palette] label:not([hidden])").click()
    page.emulate_media(media="print")
    assert page.evaluate("broken") == []
    assert [text for text in said if path != "404.html"] == []
    assert context.cookies() == []
    context.close()


SAVING = "Object.defineProperty(navigator, 'connection', {value: {saveData: true, effectiveType: '4g'}})"


@pytest.mark.parametrize(
    "control", ["label.md-header__button[for=__drawer]", "label.md-header__button[for=__search]", ".footnote-ref"]
)
def test_where_data_are_saved_nothing_is_loaded_before_a_touch(browser: Browser, site: str, control: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.add_init_script(SAVING)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/background/", wait_until="networkidle")
    assert not [address for address in asked if "bundle" in address or ".css" in address]
    page.locator(control).first.click()
    expect(page.locator("html.js")).to_be_attached()
    assert [address for address in asked if "bundle" in address]
    for name in re.findall(r"\[for=(\w+)\]", control):
        page.wait_for_function(f"document.getElementById('{name}').checked")
    context.close()


@pytest.mark.parametrize("typed", ["Segou", "Ke-Massina", "9000", "9,000", "2017-02-11"])
def test_the_search_finds_what_is_typed_otherwise(page: Page, site: str, typed: str) -> None:
    page.goto(f"{site}/about/", wait_until="networkidle")
    page.locator("[for=__search]:visible").first.click()
    page.locator(".md-search__input").press_sequentially(typed)
    found = page.locator(".md-search-result__link[href*='/february-2017-violence/']").first
    expect(found).to_contain_text("Ségou region")
    expect(found.locator("s").first).to_be_hidden()


def test_an_injected_script_does_not_run(page: Page, built: Callable[[str], Path], tmp_path: Path) -> None:
    spoilt = shutil.copytree(built("real"), tmp_path / "site")
    file = spoilt / "background/index.html"
    file.write_bytes(
        file.read_bytes().replace(
            b"<main", b"<script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\"><main", 1
        )
    )
    with served(spoilt) as address:
        page.goto(f"{address}/background/", wait_until="networkidle")
        assert page.title() != "taken"


def test_the_site_works_below_a_path(page: Page, built: Callable[[str], Path], tmp_path: Path) -> None:
    shutil.copytree(built("real"), tmp_path / "deep/er")
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    with served(tmp_path) as address:
        page.goto(f"{address}/deep/er/february-2017-violence/", wait_until="networkidle")
        page.locator(".value", has_text="at least 20").click()
        assert page.url == f"{address}/deep/er/events/#ke-macina-reprisals"
    assert failed == []


class Nginx(NamedTuple):
    """A real nginx that serves a site: the address of its home page, and its folder."""

    address: str
    site: Path


@pytest.fixture(scope="module", params=["real", "fictional"])
def nginx(
    request: pytest.FixtureRequest, built: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Nginx]:
    """The real site at the top of a domain and the fictional one below a path, both as PUBLISHING.md says."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if not program:
        pytest.skip("there is no nginx here; run.py installs it where it can")
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    blocks = re.findall(r"```nginx\n(.*?)```", (ROOT / ".github/PUBLISHING.md").read_text("utf-8"), re.DOTALL)
    of_real = request.param == "real"
    path, block = ("", blocks[0]) if of_real else ("tea/", blocks[1].replace("/mali", "/tea"))
    site = shutil.copytree(built(request.param), folder / ("briefing/site" if of_real else "www/tea"))
    server = block.replace("/srv/", f"{folder}/").replace("listen 80;", f"listen 127.0.0.1:{port};")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;\n"
        f"{'user root;' if Path('/root').owner() == 'root' and os.geteuid() == 0 else ''}\n"
        f"events {{}}\nhttp {{ access_log off;\n{temporary}{server}}}\n"
    )
    process = subprocess.Popen(
        [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL
    )
    for _ in range(100):
        assert process.poll() is None, (folder / "error.log").read_text()
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                break
        except OSError:
            time.sleep(0.1)
    yield Nginx(f"http://127.0.0.1:{port}/{path}", site)
    process.terminate()
    process.wait()


def ask(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, {k.lower(): v for k, v in answer.headers.items()}, answer.read()


def test_nginx_serves_every_file_with_type_and_headers(nginx: Nginx) -> None:
    types = {
        ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
        ".json": "application/json; charset=utf-8", ".xml": "application/xml; charset=utf-8",
        ".csv": "text/csv; charset=utf-8", ".geojson": "application/geo+json; charset=utf-8",
        ".bib": "application/x-bibtex", ".png": "image/png", ".css": "text/css; charset=utf-8",
        ".ris": "application/x-research-info-systems", ".yml": "text/plain; charset=utf-8", "": "text/plain; charset=utf-8",
    }  # fmt: skip
    asked = set()
    for path in sorted(p for p in nginx.site.rglob("*") if p.is_file() and p.suffix != ".gz"):
        name = path.relative_to(nginx.site).as_posix()
        status, headers, body = ask(nginx.address + name)
        if name in ("_headers", "nginx.conf"):
            assert status == 404, name
        else:
            asked.add(path.suffix)
            assert (status, headers["content-type"]) == (200, types[path.suffix]), name
            assert body == path.read_bytes()
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["permissions-policy"].startswith("camera=()")
        long = re.match(r"assets/(javascripts/(bundle\.|workers/|briefing\.)|stylesheets/material\.)", name)
        assert headers["cache-control"] == ("public, max-age=31536000, immutable" if long else "public, max-age=300")
    assert asked <= {*types}


def test_nginx_sends_the_packed_copies(nginx: Nginx) -> None:
    packed = [path for path in nginx.site.rglob("*.gz") if path.name != "sitemap.xml.gz"]
    for path in packed:
        name = path.relative_to(nginx.site).as_posix().removesuffix(".gz")
        _, headers, body = ask(nginx.address + name, **{"Accept-Encoding": "gzip"})
        assert headers["content-encoding"] == "gzip", name
        assert body == path.read_bytes()


def test_nginx_answers_a_missing_page_with_ours_and_all_headers(nginx: Nginx) -> None:
    status, headers, body = ask(f"{nginx.address}nowhere/")
    assert status == 404
    assert b"There is no page at this address" in body
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("nginx", ["real"], indirect=True)
def test_the_policy_of_nginx_lets_the_page_work(nginx: Nginx, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.goto(f"{nginx.address}background/", wait_until="networkidle")
    page.locator("[for=__search]:visible").first.click()
    page.locator(".md-search__input").press_sequentially("niono")
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    assert said == []

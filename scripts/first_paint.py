"""Makes Material's pages paint at once: the rules that a page needs stand in it, and its policy names what it runs."""

from __future__ import annotations

import base64
import hashlib

from selectolax.lexbor import LexborHTMLParser

RULES, POLICY = "/* the rules of this page */", "the policy of this page"
SHEET = "assets/stylesheets/material.css"


def finished(html: str, css: str, serving: bool) -> str:
    html = html.replace(RULES, f"@layer material{{{css}}}", 1)
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for node in LexborHTMLParser(html).css("script:not([src]), style"):
        digest = base64.b64encode(hashlib.sha256(node.text().encode()).digest()).decode()
        hashes[node.tag].append(f"'sha256-{digest}'")
    scripts = "'unsafe-inline'" if serving else " ".join(dict.fromkeys(hashes["script"]))
    policy = (
        f"default-src 'none'; script-src 'self' {scripts}; worker-src 'self'; "
        f"style-src 'self' {' '.join(dict.fromkeys(hashes['style']))}; img-src 'self' data:; font-src 'self'; media-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'"
    )
    return html.replace(POLICY, policy, 1)

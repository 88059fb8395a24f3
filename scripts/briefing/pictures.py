"""Reads SVG pictures back: one may be opened by itself, where no policy holds, so nothing in it may run or load."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

_RUNNING = {"script", "handler", "foreignObject", "iframe", "animate", "animateMotion", "animateTransform", "set"}
_DECLARED = re.compile(  # an encoding, too: a checker and a browser may read other signs then
    rb"<!(?:DOCTYPE|ENTITY)|<\?(?!xml[ \t\r\n])|<\?xml[^>]*encoding\s*=\s*['\"](?!utf-8['\"])", re.IGNORECASE
)
_LOADING = re.compile(
    r"\\|//|https?:|@import|url\(\s*['\"]?(?!#)|(?:image|image-set|cross-fade|element|src)\(", re.IGNORECASE
)


def picture_faults(data: bytes) -> Iterator[str]:
    """What is wrong with an SVG picture, in words.

    What can run is that of SVG 2 (w3.org/TR/SVG2); it may refer to nothing but its own parts and bitmaps.
    """
    advice = "; save it without, as plain SVG"
    if _DECLARED.search(data):
        yield "it declares more than XML" + advice
        return
    try:
        root = ElementTree.fromstring(data.decode("utf-8"))
    except (ElementTree.ParseError, UnicodeDecodeError) as error:
        yield f"it can't be read as SVG ({error}){advice}"
        return
    for element in root.iter():
        namespace, _, name = str(element.tag).rpartition("}")
        if name in _RUNNING or namespace.endswith("xhtml"):
            yield f'"{name}" can run in it{advice}'
        for attribute, value in element.items():
            local = attribute.rpartition("}")[2]
            if local.lower().startswith("on"):
                yield f'"{local}" can run in it{advice}'
            if local in ("href", "src") and not re.match(r"#|data:image/(?:png|jpeg|webp|gif);", value):
                yield f'"{value}" leads out of it{advice}'
            elif "}" not in attribute and _LOADING.search(value):
                yield f'"{value}" loads something{advice}'
        if name == "style" and _LOADING.search("".join(element.itertext())):
            yield f"its style loads something{advice}"

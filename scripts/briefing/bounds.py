"""The one way in which a count is written in the records: a bound, and digits or words."""

import re

_NUMBERS = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NUMBER = re.compile(rf"\d+|\b(?:{'|'.join(_NUMBERS)})\b")
_LARGER = re.compile(r"hundred|thousand|million|billion|dozen|score|half|third|%|per ?cent|(teen|ty)\b")
_HEDGES = {  # words and signs -> the bound that they say
    r"at least|\bnot? (fewer|less) than|or more|minimum|\+|≥|>=": "at_least",
    r"at most|up to|as many as|\bnot? more than|maximum|or (fewer|less)|≤|<=": "at_most",
    r"\b(more than|over|above)\b|>": "more_than",
    r"\b(fewer than|less than|under|below)\b|<": "fewer_than",
    r"\b(nearly|almost|close to)\b": "nearly",
    r"\b(about|around|roughly|circa|some|approximately|ca?\.)|~|≈": "about",
}
_OF_NONE = {"at_least": "unknown: yes, or exactly: 0 if there were none", "more_than": "at_least: 1"}


def bound_meant(text: str) -> str:
    """How `text` ("20+", "20 to 25", "at most 0", "dozens") is written in events.yml: a bound, and its value."""
    words = re.sub(r"(?<=\d)[ _,.'’](?=\d{3}(?!\d))", "", text.lower().replace("no one", "none"))  # 1,500
    numbers = [int(n) if n.isdecimal() else _NUMBERS.index(n) for n in _NUMBER.findall(words)]
    if re.search(rf"^[-−]|\d[.,]\d|\d.*(?:{_LARGER.pattern})", words) or len(numbers) > 2:
        return "it in digits alone, such as 1500"
    if _LARGER.search(words) and not re.search(r"\d", words):
        return f"said: {text}"
    if not numbers:
        return "unknown: yes" if re.search(r"\bunknown|\bnot\b|\?", words) else f"said: {text}"
    low, high = min(numbers), max(numbers)
    if low < high:
        return f"between: [{low}, {high}]" if low else f"at_most: {high}"
    bound = next((bound for hedge, bound in _HEDGES.items() if re.search(hedge, words)), "exactly")
    if low == 0 or (low == 1 and bound == "fewer_than"):
        return _OF_NONE.get(bound, "exactly: 0")
    return f"{bound}: {low}"

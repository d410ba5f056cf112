"""Which words of real texts are put into generated ones."""

import json
import re
from pathlib import Path

from models.training import corpora

_ABOUT_SELF = re.compile(r"\b(i|i'm|im|i've|me|my|mine|we|our|us|name)\b", re.IGNORECASE)


def real_words(data: Path) -> tuple[tuple[str, ...], list[str]]:
    """Give short noun phrases of GUM, and real sentences that say nothing about their speaker."""
    phrases = set()
    for line in (data / "ud_gum/permissive/mentions_train.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        for m in row["mentions"]:
            words = row["tokens"][m["start"] : m["end"]]
            plain = all(re.fullmatch(r"[a-z]{3,}", word) for word in words)
            if (
                plain
                and len(words) <= 3
                and m["etype"] in ("object", "substance", "abstract", "event")
            ):
                if not re.match(
                    r"(the|this|that|these|those|some|any|all|its?|his|her|their)\b", words[0]
                ):
                    phrases.add(" ".join(words))
    talk = [e.text for e in corpora.goemotions(data, "train")]
    noise = [t for t in talk if len(t) < 90 and not _ABOUT_SELF.search(t) and "[" not in t]
    return tuple(sorted(phrases)), noise

"""Which annotated sentences the data folder holds, each as an `Example` with character spans."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.training.example import Example, Fact, Span
from models.training.labels import ENTITY_TYPES, INTENTS, KNOWLEDGENET, NOMINAL

PLO = frozenset({"person", "organization", "place"})
ALL = frozenset(ENTITY_TYPES)
_GLUED = re.compile(r"^(n['’]t|['’](s|re|ve|ll|d|m|S)|[,.;:!?%)\]}]|\.\.\.)$")
_OPEN = frozenset("([{$#@")

_TYPES = {
    "per": "person", "person": "person", "politician": "person", "scientist": "person",
    "writer": "person", "musicalartist": "person", "researcher": "person",
    "org": "organization", "group": "organization", "corporation": "organization",
    "organisation": "organization", "politicalparty": "organization", "band": "organization",
    "university": "organization",
    "loc": "place", "location": "place", "country": "place",
    "misc": "misc", "product": "misc", "creative-work": "misc", "event": "misc",
    "election": "misc", "book": "misc", "album": "misc", "song": "misc", "poem": "misc",
    "award": "misc", "conference": "misc", "magazine": "misc", "academicjournal": "misc",
}  # fmt: skip


def joined(tokens: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Write tokens as a person would, and say where each one went."""
    text, spans, tight = "", [], True
    for token in tokens:
        if text and not tight and not _GLUED.match(token):
            text += " "
        spans.append((len(text), len(text) + len(token)))
        text += token
        tight = token in _OPEN
    return text, spans


def _blocks(path: Path) -> Iterator[list[list[str]]]:
    block: list[list[str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            block.append(line.replace("\t", " ").split())
        elif block:
            yield block
            block = []
    if block:
        yield block


def bio_spans(tags: list[str], types: dict[str, str]) -> list[tuple[int, int, str]]:
    """Give [first, last + 1) and type of every entity of a BIO (or IO) sequence."""
    spans: list[tuple[int, int, str]] = []
    for i, tag in enumerate([*tags, "O"]):
        mark, _, name = tag.partition("-")
        kind = types.get(name.lower(), "") if mark != "O" else ""
        if spans and spans[-1][1] == i and kind == spans[-1][2] and mark == "I":
            spans[-1] = (spans[-1][0], i + 1, kind)
        elif kind:
            spans.append((i, i + 1, kind))
    return spans


def conll(path: Path, source: str, types: frozenset[str]) -> list[Example]:
    """Read a two-column file of tokens and BIO tags."""
    found = []
    for block in _blocks(path):
        rows = [row for row in block if len(row) >= 2]
        text, where = joined([row[0] for row in rows])
        marks = bio_spans([row[-1] for row in rows], _TYPES)
        entities = [(where[a][0], where[b - 1][1], kind) for a, b, kind in marks]
        found.append(Example(text, source, entities=entities, entity_types=types))
    return found


def treebank(path: Path, source: str) -> list[tuple[Example, list[tuple[int, int]]]]:
    """Read a CoNLL-U file; with each sentence the spans of its tokens."""
    found = []
    for part in path.read_text(encoding="utf-8").split("\n\n"):
        lines = part.splitlines()
        texts = [line[9:] for line in lines if line.startswith("# text = ")]
        rows = [line.split("\t") for line in lines if line and line[0] != "#"]
        rows = [row for row in rows if row[0].isdigit()]
        if not texts or not rows:
            continue
        words, at, ok = [], 0, True
        for row in rows:
            start = texts[0].find(row[1], at)
            ok = ok and 0 <= start <= at + 3
            at = max(start, at) + (len(row[1]) if start >= 0 else 0)
            words.append((start, at, int(row[6]) - 1, row[7].split(":")[0]))
        if ok:
            spans = [(start, end) for start, end, _, _ in words]
            found.append((Example(texts[0], source, words=words), spans))
    return found


def _surface(sentence: Example, spans: list[tuple[int, int]]) -> str:
    return "".join(sentence.text[a:b] for a, b in spans)


def ewt(data: Path, split: str) -> list[Example]:
    """Join UNER EWT's entities to the treebank's sentences (the same tokens)."""
    names: dict[str, list[list[tuple[int, int, str]]]] = {}
    for block in _blocks(data / "uner_ewt" / f"{split}.conll"):
        key = "".join(row[0] for row in block)
        names.setdefault(key, []).append(bio_spans([row[-1] for row in block], _TYPES))
    found = []
    for sentence, spans in treebank(data / "ud_ewt" / f"{split}.conllu", "ewt"):
        marks = names.get(_surface(sentence, spans).replace(" ", ""))
        if marks:
            marked = marks.pop(0) if len(marks) > 1 else marks[0]
            if all(b <= len(spans) for _, b, _ in marked):
                sentence.entities = [(spans[a][0], spans[b - 1][1], k) for a, b, k in marked]
                sentence.entity_types = PLO
        found.append(sentence)
    return found


_DATED = re.compile(
    r"\d|today|tonight|tomorrow|yesterday|\b(last|next|ago|this|every) |day\b|January|February|March|April"
    r"|May\b|June|July|August|September|October|November|December|\b(spring|summer|autumn|winter)\b",
    re.IGNORECASE,
)


def gum(data: Path, split: str) -> list[Example]:
    """Give GUM's permissive genres: trees, and its short time mentions."""
    folder = data / "ud_gum" / "permissive"
    trees = {}
    for part in treebank(folder / f"{split}.conllu", "gum"):
        trees.setdefault(part[0].text, part)
    found = [part[0] for part in trees.values()]
    for line in (folder / f"mentions_{split}.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        part = trees.get(row["text"])
        if part is None or len(part[1]) != len(row["tokens"]):
            continue
        sentence, spans = part
        times = [m for m in row["mentions"] if m["etype"] == "time" and m["end"] - m["start"] <= 6]
        outer = [
            m for m in times
            if not any(o is not m and o["start"] <= m["start"] and m["end"] <= o["end"] for o in times)
        ]  # fmt: skip
        times = [(spans[m["start"]][0], spans[m["end"] - 1][1], "time") for m in outer]
        sentence.entities = [
            time for time in times if _DATED.search(sentence.text[time[0] : time[1]])
        ]
        sentence.entity_types = frozenset({"time"})
    return found


_DEMONYM = re.compile(r"(ian|ean|can|ish|ese|French|Greek|Dutch|Swiss|German|Thai|Israeli|Iraqi)$")


_DOCRED = {
    "P22": "child_of", "P25": "child_of", "P40": "has_child", "P26": "spouse",
    "P3373": "has_sibling", "P19": "born_in", "P569": "born_on", "P570": "died_on",
    "P69": "educated_at", "P108": "works_for", "P463": "works_for", "P54": "works_for",
    "P27": "nationality", "P102": "political_affiliation", "P112": "founded_by", "P169": "ceo",
    "P159": "headquarters", "P571": "founded_on", "P749": "subsidiary_of", "P551": "lives_in",
    "P1412": "speaks",
}  # fmt: skip


def _docred_facts(document: dict[str, Any], number: int, where: list[Span]) -> list[Fact]:
    """Give the mapped relations between mentions of one sentence that is evidence for them."""
    facts: list[Fact] = []
    inside = lambda i: [m["pos"] for m in document["vertexSet"][i] if m["sent_id"] == number]
    for label in document["labels"]:
        if (name := _DOCRED.get(label["r"])) and number in (label["evidence"] or [number]):
            for a, b in inside(label["h"]):
                for c, d in inside(label["t"]):
                    facts.append(
                        (
                            name,
                            (where[a][0], where[b - 1][1]),
                            (where[c][0], where[d - 1][1]),
                            False,
                        )
                    )
    return facts


def redocred(data: Path, name: str) -> list[Example]:
    """Give the sentences of Re-DocRED with all their typed mentions."""
    types = {"PER": "person", "ORG": "organization", "LOC": "place", "MISC": "misc", "TIME": "time"}
    found = []
    for document in json.loads((data / "re_docred" / f"{name}_revised.json").read_text()):
        for number, tokens in enumerate(document["sents"]):
            text, where = joined(tokens)
            mentions = [m for v in document["vertexSet"] for m in v if m["sent_id"] == number]
            spans = {(m["pos"][0], m["pos"][1]): types.get(m["type"]) for m in mentions}
            entities = [
                (where[a][0], where[b - 1][1], kind)
                for (a, b), kind in spans.items()
                # the other sets do not call adjectives such as "Russian" places
                if kind and not (kind == "place" and b - a == 1 and _DEMONYM.search(tokens[a]))
            ]
            found.append(
                Example(text, "redocred", entities=entities, entity_types=ALL,
                        facts=_docred_facts(document, number, where),
                        predicates=frozenset(_DOCRED.values()))
            )  # fmt: skip
    return found


def knowledgenet(data: Path) -> list[Example]:
    """Give KnowledgeNet's passages with their facts; `fold` as published."""
    found = []
    for line in (data / "knowledgenet" / "train.reconstructed.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        facts: list[Fact] = []
        for fact in row["facts"]:
            (a, b, *_), (c, d, *_) = fact["subject"], fact["object"]
            facts.append((KNOWLEDGENET[fact["property"]], (a, b), (c, d), False))
        known = frozenset(KNOWLEDGENET[name] for name in row["annotated_properties"])
        found.append(
            Example(row["text"], "knowledgenet", facts=facts, predicates=known,
                    arguments=True, fold=row["fold"], importance=0.7)
        )  # fmt: skip
    return found


_MARKED = re.compile(r"(.*)<e1>(.*)</e1>(.*)<e2>(.*)</e2>(.*)", re.DOTALL)
_NOMINAL = re.compile(r"(\S+)\(e([12]),e[12]\)")


def semeval(data: Path, split: str) -> list[Example]:
    """Give SemEval-2010 task 8's sentences: which relation two marked nouns have, if any.

    Of a noun of several words the last one stands for it.
    """
    name = "TRAIN_FILE.TXT" if split == "train" else "TEST_FILE_FULL.TXT"
    found = []
    text = (data / "semeval2010_task8" / name).read_text(encoding="utf-8-sig")
    for block in re.split(r"\r?\n\r?\n", text.strip()):
        line, label = block.splitlines()[:2]
        parts = _MARKED.fullmatch(line.partition("\t")[2].strip().strip('"')).groups()
        ends = [len("".join(parts[:i])) for i in (2, 4)]
        spans = [
            (end - len(parts[i].split()[-1]), end) for i, end in zip((1, 3), ends, strict=True)
        ]
        facts: list[Fact] = []
        if stated := _NOMINAL.fullmatch(label.strip()):
            first, second = spans if stated[2] == "1" else spans[::-1]
            if NOMINAL[stated[1]] == "caused_by":
                first, second = second, first
            facts = [(NOMINAL[stated[1]], first, second, False)]
        found.append(
            Example("".join(parts), "semeval", facts=facts, predicates=frozenset(NOMINAL.values()),
                    pair=(spans[0], spans[1]))
        )  # fmt: skip
    return found


def goemotions(data: Path, split: str) -> list[Example]:
    """Give the Reddit comments with their Ekman emotions."""
    found = []
    for line in (data / "goemotions" / "ekman" / f"{split}.tsv").open(encoding="utf-8"):
        text, marks, _ = line.rstrip("\n").split("\t")
        emotion = [0] * 7
        for mark in marks.split(","):
            emotion[int(mark)] = 1
        found.append(Example(text, "goemotions", emotion=emotion))
    return found


def topics(data: Path) -> list[str]:
    """Name CLINC150's intents in a fixed order."""
    rows = json.loads((data / "clinc150" / "data_full.json").read_text())
    return sorted({name for _, name in rows["train"]})


_PREFERENCE = re.compile(
    r"^(what|when|where|who|why|how|which|is|are|do|does|did|can|could|will)\b"
)


def _spoken_intent(text: str, name: str) -> int:
    if name in {"greeting", "goodbye"}:
        return INTENTS.index("greeting")
    if name in {"yes", "no", "maybe", "thank_you"}:
        return INTENTS.index("statement")
    polite = re.match(r"^(can|could|would|will) (you|i)\b", text)
    asks = text.endswith("?") or _PREFERENCE.match(text)
    return INTENTS.index("question" if asks and not polite else "request")


def clinc(data: Path, split: str) -> list[Example]:
    """Give CLINC150's requests, in scope only."""
    names = {name: i for i, name in enumerate(topics(data))}
    rows = json.loads((data / "clinc150" / "data_full.json").read_text())[split]
    found = []
    for text, name in rows:
        told = name in {"user_name", "change_user_name"}
        found.append(
            Example(text, "clinc", topic=names[name], intent=_spoken_intent(text, name),
                    facts=None if told else [], speaker_only=True,
                    importance=-1.0 if told else 0.1)
        )  # fmt: skip
    return found


def hwu(data: Path, split: str) -> list[Example]:
    """Give HWU64's commands: intents only."""
    found = []
    for line in (data / "hwu64" / f"kfold1_{split}.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        found.append(
            Example(row["text"], "hwu", intent=_spoken_intent(row["text"], row["intent"]),
                    facts=[], speaker_only=True, importance=0.1)
        )  # fmt: skip
    return found


def stsb(data: Path, split: str) -> list[tuple[str, str, float]]:
    """Give sentence pairs and their similarity of 0 to 5."""
    with (data / "stsb_en" / f"{split}.csv").open(encoding="utf-8", newline="") as file:
        return [(a, b, float(score)) for a, b, score in csv.reader(file)]


def bio_sets(data: Path, split: str) -> list[Example]:
    """Give the NER sets that are plain BIO files; WikiGold has no split and is all train."""
    social = PLO | {"misc"}
    found = conll(data / "wnut17" / f"{split}.conll", "wnut", social)
    found += conll(data / "btc" / f"{split}.conll", "btc", PLO)
    for domain in ("ai", "literature", "music", "politics", "science"):
        found += conll(data / "crossner" / domain / f"{split}.conll", "crossner", social)
    if split == "train":
        found += conll(data / "wikigold" / "wikigold.conll", "wikigold", social)
    return found

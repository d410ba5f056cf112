"""What the reader is trained on, without the network that learns it."""

import json
import random
from pathlib import Path

from models.training import reader_pairs as pairs
from models.training.reader_pairs import Asked, Pair, Pool

PASSAGE = (
    "Ana was born in Porto in 1980. She moved to Lisbon in 2004. There she works as a nurse. "
    "Her sister Eva stayed in Porto."
)


def asked(question: str, answer: str, passage: str = PASSAGE, source: str = "a") -> Asked:
    start = passage.index(answer)
    return Asked(question, passage, (start, start + len(answer)), source)


MOVED = asked("When did Ana move to Lisbon?", "2004")


def test_premises_and_claims_are_read_with_their_label(tmp_path: Path) -> None:
    folder = tmp_path / "cad_nli" / "all_combined"
    folder.mkdir(parents=True)
    rows = ["sentence1\tsentence2\tgold_label", "A dog runs.\tA dog sleeps.\tcontradiction"]
    (folder / "train.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert pairs.cad_nli(tmp_path, "train") == [Pair("A dog runs.", "A dog sleeps.", (2,))]


def test_quoted_fields_are_read_as_they_were_written(tmp_path: Path) -> None:
    columns = "index\tpromptID\tpairID\tgenre\t\t\t\t\tsentence1\tsentence2\tlabel1\tgold_label"
    row = '1\ta\tb\twiki\t\t\t\t\t"The ""Alien"" is a film."\t It is a film. \tneutral\tentailment'
    for part in ("base", "contrast", "edit_premise", "edit_other"):
        folder = tmp_path / "nli_new_protocols" / part
        folder.mkdir(parents=True)
        (folder / "train.tsv").write_text(f"{columns}\n{row}\n", encoding="utf-8")
    found = pairs.new_protocols(tmp_path)
    assert found == [Pair('The "Alien" is a film.', "It is a film.", (0,))]


def test_what_does_not_contradict_may_entail_or_leave_open(tmp_path: Path) -> None:
    (tmp_path / "prosecco").mkdir()
    rows = [
        {"proposition_1": "a", "proposition_2": "b", "label": "self-contradiction"},
        {"proposition_1": "c", "proposition_2": "d", "label": "no self-contradiction"},
    ]
    lines = "\n".join(map(json.dumps, rows))
    (tmp_path / "prosecco" / "ProSeCCo_final.json").write_text(lines, encoding="utf-8")
    assert [pair.says for pair in pairs.prosecco(tmp_path)] == [(2,), (0, 1)]


def test_a_test_sets_premise_is_left_out_of_training_however_it_is_written() -> None:
    tests = [Pair("A dog runs.", "x", (0,))]
    kept = Pair("A cat runs.", "A cat moves.", (0,))
    seen = [Pair("a dog  runs", "y", (1,)), Pair("Z", "A dog runs!", (1,))]
    assert pairs.unseen([kept, *seen], tests) == [kept]


def test_a_question_on_a_sentence_needs_a_validator_who_agrees(tmp_path: Path) -> None:
    (tmp_path / "qamr").mkdir()
    row = {
        "sid": "w:1", "tokens": ["Ana", "lives", "in", "New", "York", "."],
        "question": "Where does Ana live?", "answer_idx": [3, 4], "validators": [[], [4]],
        "contiguous": True,
    }  # fmt: skip
    nobody = {**row, "validators": [[], [0]]}
    lines = "\n".join(map(json.dumps, [row, nobody]))
    (tmp_path / "qamr" / "dev.jsonl").write_text(lines, encoding="utf-8")
    (found,) = pairs.qamr(tmp_path, "dev")
    assert (found.passage, found.wording) == ("Ana lives in New York.", "New York")


def test_whole_sources_are_held_out() -> None:
    many = [asked("When?", "2004", source=f"s{i % 7}") for i in range(70)]
    train, away = pairs.held_out(many, 15, seed=3)
    assert len(away) == 20
    assert {one.source for one in train}.isdisjoint(one.source for one in away)
    assert len(train) + len(away) == 70


def test_only_articles_that_are_not_measured_on_are_trained_on(tmp_path: Path) -> None:
    (tmp_path / "squad_dev").mkdir()
    qa = {"question": "When did Ana move?", "answers": [{"text": t} for t in ("2004", "1980")]}
    paragraph = {"context": PASSAGE, "qas": [{**qa, "answers": [*qa["answers"], {"text": "2004"}]}]}
    for version, titles in (("v1.1", ("Ana", "Eva")), ("v2.0", ("Eva",))):
        articles = [{"title": title, "paragraphs": [paragraph]} for title in titles]
        file = tmp_path / "squad_dev" / f"dev-{version}.reconstructed.json"
        file.write_text(json.dumps({"data": articles}), encoding="utf-8")
    (found,) = pairs.squad(tmp_path)
    assert (found.source, found.wording) == ("Ana", "2004")


def test_of_repeated_answers_the_one_near_the_questions_words_is_meant() -> None:
    filler = "Nothing of note happened for many years after all of this was over and done. " * 3
    passage = f"Porto is old. {filler}Her sister Eva stayed in Porto."
    span = pairs._occurrence("Where did her sister Eva stay?", passage, "Porto")
    assert span == (len(passage) - 6, len(passage) - 1)
    assert pairs._occurrence("Where?", passage, "Braga") is None


def test_a_window_is_whole_sentences_that_hold_the_answer() -> None:
    for seed in range(20):
        cut = pairs.window(MOVED, 90, random.Random(seed))
        assert cut.wording == "2004"
        assert "She moved to Lisbon in 2004." in cut.passage
        assert cut.passage in PASSAGE
        assert len(cut.passage) <= 90
    assert pairs.window(MOVED, 10_000, random.Random(1)).passage == PASSAGE


def test_a_text_is_parted_into_runs_of_sentences() -> None:
    parts = pairs.pieces(PASSAGE, 70)
    assert " ".join(parts) == PASSAGE
    assert all(len(part) <= 70 for part in parts)
    assert parts[0] == "Ana was born in Porto in 1980. She moved to Lisbon in 2004."


def test_the_nearest_passages_share_rare_words_and_hold_no_answer() -> None:
    pool = Pool(["Lisbon has trams.", "Eva moved to Lisbon in 2004.", "A tram is a train.", "No."])
    assert pool.near("Which trams does Lisbon have?", 2, without="2004") == ["Lisbon has trams."]
    near = pool.near("When did Eva move to Lisbon?", 3, without="1999", but="Lisbon has trams.")
    assert near[0] == "Eva moved to Lisbon in 2004."
    assert "Lisbon has trams." not in near


def test_another_name_is_asked_for_that_the_passage_does_not_know() -> None:
    other = pairs.altered(MOVED, ["Porto", "Braga", "1999"], random.Random(1))
    assert other in {"When did Braga move to Lisbon?", "When did Ana move to Braga?"}
    assert pairs.altered(MOVED, ["Porto", "1999"], random.Random(1)) is None
    assert pairs.altered(asked("when?", "2004"), ["Braga"], random.Random(1)) is None


def test_a_speakers_name_moves_the_answer() -> None:
    pair = pairs.named(pairs.group(MOVED, [])[0], "Tom")
    assert pair.answer
    assert pair.second[slice(*pair.answer)] == "2004"
    assert pair.second.startswith("Tom: Ana was born")


def test_a_group_has_its_answer_first_and_what_does_not_answer_behind() -> None:
    right, wrong = pairs.group(MOVED, ["Eva stayed."])
    assert (right.answered, right.relevant, right.answer) == (True, True, MOVED.answer)
    assert (wrong.answered, wrong.relevant, wrong.answer) == (False, False, None)
    altered = pairs.unanswered("When did Eva move?", PASSAGE)
    assert (altered.answered, altered.relevant) == (False, None)

import json
import math
from pathlib import Path

import pytest

from infra.models.bound_models import load
from infra.models.onnx_generator import Generator
from infra.models.role_bindings import ENCODER, Binding, read_bindings
from schemas.errors import ModelError, SettingsError
from tests import small_readers as small
from tests.small_models import WORDS

END = WORDS.index("[SEP]")


def opened(folder: Path, **given: object) -> Generator:
    made = load("generator", Binding(folder=folder, file=ENCODER, **given))
    assert isinstance(made, Generator)
    return made


def odds(**words: float) -> list[float]:
    """Give logits of words with these probabilities, all others nearly impossible."""
    names = {"end": "[SEP]"}
    shares = {names.get(name, name): share for name, share in words.items()}
    return [math.log(shares.get(word, 1e-9)) for word in WORDS]


FORKED = {
    # the likelier first word leads to nothing that is likely
    "[CLS]": odds(good=0.6, bad=0.4),
    "good": odds(Ana=0.3, Lisbon=0.25, New=0.25, York=0.2),
    "bad": odds(Lisbon=0.99, Ana=0.01),
    **{name: odds(end=1.0) for name in ("Ana", "Lisbon", "New", "York")},
}


@pytest.mark.parametrize("beams", [1, 3])
def test_what_was_read_is_written_word_by_word_from_the_cache(tmp_path: Path, beams: int) -> None:
    generator = opened(small.generator(tmp_path, copies=20.0), beams=beams)
    assert generator.generate(["Ana lives in New York"]) == ["Ana lives in New York"]


def test_texts_are_written_the_same_alone_and_in_company(tmp_path: Path) -> None:
    generator = opened(small.generator(tmp_path, copies=20.0), beams=2)
    texts = ["Ana lives in Lisbon", "good", "New York"]
    assert generator.generate(texts * 3) == [generator.generate([one])[0] for one in texts] * 3
    assert generator.generate([]) == []


def test_greedily_the_likeliest_word_comes_next(tmp_path: Path) -> None:
    generator = opened(small.generator(tmp_path, after=FORKED))
    assert generator.generate(["?"]) == ["good Ana"]


def test_beams_find_the_likeliest_text(tmp_path: Path) -> None:
    generator = opened(small.generator(tmp_path, after=FORKED), beams=2)
    assert generator.generate(["?"]) == ["bad Lisbon"]


def test_each_beam_goes_on_from_its_own_cache(tmp_path: Path) -> None:
    after = {"[CLS]": odds(good=0.6, bad=0.4), "in": odds(Ana=0.5, Lisbon=0.5)}
    after |= {name: odds(**{"in": 1.0}) for name in ("good", "bad")}
    after |= {name: odds(end=1.0) for name in ("Ana", "Lisbon")}
    # only the cache knows which of the two stands before "in"
    before = {"good": odds(Lisbon=0.5, Ana=0.5), "bad": odds(Ana=0.95, Lisbon=0.05)}
    before |= {name: [0.0] * len(WORDS) for name in ("[CLS]", "in")}
    generator = opened(small.generator(tmp_path, after=after, before=before), beams=2)
    assert generator.generate(["?"]) == ["bad in Ana"]


def test_a_text_without_end_is_cut(tmp_path: Path) -> None:
    endless = {word: odds(good=1.0) for word in WORDS}
    generator = opened(small.generator(tmp_path, after=endless), longest=5)
    assert generator.generate(["?"]) == ["good good good good good"]


def test_all_three_networks_count_to_size_and_digest(tmp_path: Path) -> None:
    folder = small.generator(tmp_path, copies=20.0)
    before = opened(folder).model
    assert before.bytes == sum(file.stat().st_size for file in folder.glob("*.onnx"))
    small.generator(folder, copies=21.0)
    assert opened(folder).model.digest != before.digest


@pytest.mark.parametrize("name", [ENCODER, "decoder_model.onnx", "decoder_with_past_model.onnx"])
def test_a_missing_or_damaged_network_is_named(tmp_path: Path, name: str) -> None:
    folder = small.generator(tmp_path)
    (folder / name).write_bytes(b"damaged")
    with pytest.raises(ModelError) as caught:
        opened(folder)
    assert caught.value.fields["file"] == str(folder / name)
    (folder / name).unlink()
    with pytest.raises(ModelError) as caught:
        opened(folder)
    assert caught.value.fields["file"] == str(folder / name)
    assert caught.value.fields["role"] == "generator"


def test_a_configuration_without_a_start_is_refused(tmp_path: Path) -> None:
    folder = small.generator(tmp_path)
    (folder / "config.json").write_text(json.dumps({"eos_token_id": END}))
    with pytest.raises(ModelError, match="decoder_start_token_id"):
        opened(folder)


def test_a_decoder_that_keeps_nothing_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    folder = small.generator(tmp_path)
    later = (folder / "decoder_with_past_model.onnx").read_bytes()
    (folder / "decoder_model.onnx").write_bytes(later)
    with pytest.raises(ModelError, match=r"past_key_values\.0\.decoder\.key"):
        opened(folder)


def test_a_generator_is_bound_by_its_folder_alone(tmp_path: Path) -> None:
    small.generator(tmp_path / "t5", copies=20.0)
    file = tmp_path / "models.toml"
    file.write_text('[roles.generator]\nfolder = "t5"\nprompt = "{context} {question}"\n')
    generator = load("generator", read_bindings(file).roles["generator"])
    assert isinstance(generator, Generator)
    assert generator.prompt("Lisbon", "Ana in") == "Ana in Lisbon"
    assert generator.generate(["good"]) == ["good"]


def test_a_prompt_with_other_slots_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    file.write_text('[roles.generator]\nfolder = "t5"\nprompt = "{answer}"\n')
    with pytest.raises(SettingsError, match="question"):
        read_bindings(file)

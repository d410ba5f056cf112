"""Which model serves which role: a head of the bundled encoder, or the user's own checkpoint."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from schemas.errors import SettingsError
from schemas.faults import in_words

Kind = Literal[
    "embedding",
    "token_classification",
    "sequence_classification",
    "cross_encoder",
    "question_answering",
    "generation",
]

# The common format in which checkpoints for a role are exported; the other roles have none.
KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "embedder": "embedding",
        "ner": "token_classification",
        "ner_fast": "token_classification",
        "intent_classifier": "sequence_classification",
        "emotion_classifier": "sequence_classification",
        "importance": "sequence_classification",
        "reranker": "cross_encoder",
        "answerer": "question_answering",
        "nli": "sequence_classification",
        "generator": "generation",
    }
)
BUNDLED_ONLY: Final = ("relation_extractor", "relation_classifier", "dependency_parser")
ROLES: Final = (*KINDS, *BUNDLED_ONLY)
FILE: Final = "models.toml"
ENCODER: Final = "encoder_model.onnx"  # what exporters call the first network of a generator


class Binding(BaseModel):
    """A role's checkpoint: a folder as Hugging Face exports it to ONNX."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path = Field(description="Holds the network, tokenizer.json and config.json.")
    file: str = Field(default="model.onnx", description="The network's file in the folder.")
    sha256: str | None = Field(
        default=None, description="What `cat` of the networks, each with its weights, must come to."
    )
    pooling: Literal["mean", "cls"] = Field(default="mean", description="Of an embedder.")
    labels: dict[str, str] = Field(
        default_factory=dict, description="The checkpoint's labels by ours: PER = 'person'."
    )
    tokens: int = Field(default=512, ge=8, description="Most sub-tokens the network takes.")
    beams: int = Field(default=1, ge=1, le=32, description="Of a generator; 1 is greedy.")
    longest: int = Field(default=64, ge=1, description="Most sub-tokens that a generator writes.")
    prompt: str = Field(
        default="question: {question} context: {context}",
        description="What a generator is given to answer a question.",
    )

    @field_validator("prompt")
    @classmethod
    def _fillable(cls, value: str) -> str:
        try:
            value.format(question="", context="")
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError("only {question} and {context} may stand in braces") from error
        return value

    @property
    def network(self) -> Path:
        """Give the network's file."""
        return self.folder / self.file


class Bindings(BaseModel):
    """The whole file: roles, and how much memory their models may take together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    budget_mb: float = Field(default=1200, gt=0, description="Most MB of networks kept loaded.")
    roles: dict[str, Binding] = Field(default_factory=dict)


def read_bindings(file: Path, *, must_exist: bool = True) -> Bindings:
    """Read a file of bindings; folders are relative to it. Raises SettingsError naming the key."""
    if not must_exist and not file.exists():
        return Bindings()
    try:
        found = Bindings.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}", file=str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}", file=str(file)) from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {in_words(e)}" for e in error.errors())
        raise SettingsError(f"{file}: {wrong}", file=str(file)) from error
    for role in found.roles:
        if role not in KINDS:
            why = "is bundled only" if role in ROLES else "is no role"
            known = ", ".join(KINDS)
            raise SettingsError(f"{file}: {role} {why}; roles to bind: {known}", file=str(file))
    roles = {role: _placed(role, one, file.parent) for role, one in found.roles.items()}
    return found.model_copy(update={"roles": roles})


def _placed(role: str, one: Binding, beside: Path) -> Binding:
    """Make a binding's folder absolute; a generator's first network has a name of its own."""
    update: dict[str, object] = {"folder": (beside / one.folder.expanduser()).resolve()}
    if KINDS[role] == "generation" and "file" not in one.model_fields_set:
        update["file"] = ENCODER
    return one.model_copy(update=update)

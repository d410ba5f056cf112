"""Which settings there are, where they come from, and what they mean."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Final, Literal, Self

import platformdirs
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from agents.jobs import LEAST_HOURS, MOST_HOURS
from agents.policy import USUAL
from infra.addresses import LogAddress, VectorsAddress, ViewsAddress
from schemas.errors import SettingsError
from schemas.faults import in_words

FILE: Final = "settings.toml"
_PREFIX: Final = "ANAMNESIS_"
_NAMED: Final = "ANAMNESIS_SETTINGS"
# Of each pair the first must not be above the second: what moved one way would move back at once.
_ORDERED: Final = (
    ("demote_below", "promote_at"),
    ("compressed_below", "faded_below"),
    ("forgotten_below", "compressed_below"),
)


Hours = Annotated[float, Field(ge=LEAST_HOURS, le=MOST_HOURS)]
Cosine = Annotated[float, Field(gt=0, le=1)]
Inner = Annotated[float, Field(gt=0, lt=1)]  # neither never nor always


def _home() -> Path:
    return Path(platformdirs.user_data_dir("anamnesis"))


class Settings(BaseSettings):
    """Read once (`read_settings`), then passed as an argument."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_ignore_empty=True, frozen=True, extra="ignore"
    )

    home: Path = Field(
        default_factory=_home,
        description="Data folder: the log, the views, the vectors.",
    )
    log: LogAddress = Field(default="sqlite", description="`sqlite` or `kafka://host:port`.")
    views: ViewsAddress = Field(
        default="sqlite", description="`sqlite` or `postgresql+psycopg://...`."
    )
    vectors: VectorsAddress = Field(default="edge", description="`edge` or `http://host:port`.")
    keys: Path | None = Field(
        default=None,
        description="Folder of the keys that content is sealed with; unset is `keys` in the data "
        "folder.",
    )
    store_name: str = Field(
        default="anamnesis",
        pattern=r"^[a-z][a-z0-9_]{0,39}$",
        description="Name of the schema in PostgreSQL and of the collection in Qdrant.",
    )
    models: Path = Field(
        default_factory=lambda: Path(__file__).resolve().parents[1] / "models",
        description="Folder with the models and their manifest.",
    )
    encoder: Literal["encoder", "encoder_small"] = Field(
        default="encoder",
        description="Which bundled encoder sees: `encoder_small` is quicker and sees a little less "
        "(`models/README.md`).",
    )
    bindings: Path | None = Field(
        default=None,
        description="File that binds roles to your own models; without one, `models.toml` in the "
        "data folder, if it is there.",
    )
    partitions: int = Field(
        default=4, ge=1, le=1024, description="Partitions of a log when it is created."
    )
    sync: Literal["full", "normal", "off"] = Field(
        default="full",
        description="fsync of acknowledged writes: full survives power loss, normal a crash.",
    )
    threads: int = Field(default=0, ge=0, description="Encoder threads; 0 is one a core.")
    batch: int = Field(default=64, ge=1, description="Most records in a micro-batch.")
    backlog: int = Field(
        default=1024, ge=1, description="Observations not yet perceived before writers must wait."
    )
    attempts: int = Field(default=3, ge=1, description="Tries before a record is rejected.")
    percept_cache: int = Field(default=2000, ge=0, description="Encodings kept in memory.")
    percept_cache_mb: float = Field(
        default=256, ge=0, description="MB of encodings kept on disk for 7 days; 0 keeps none."
    )
    reader_answers: int = Field(
        default=2,
        ge=0,
        description="First memories of a recall that the reader looks through for words that "
        "answer; each costs a pass, 0 asks for none.",
    )
    reader_doubts: int = Field(
        default=2,
        ge=0,
        description="First memories of which the reader chooses the one whose sentence answers "
        "likeliest, where no fact and no words answer; those beyond `reader_answers` cost a pass "
        "each, 0 asks for none and tells the first.",
    )
    reader_sure: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Least probability, by the reader, that a sentence answers, or a recall says "
        "that it does not know; a fifth of it is enough where it is asked whether something is so, "
        "or nothing is asked.",
    )
    reader_reranks: int | None = Field(
        default=None,
        ge=0,
        description="First memories of a recall that the reader orders anew; each costs a pass. "
        "Unset is 10 where a `reranker` of your own is bound, else 0.",
    )
    flush_seconds: float = Field(
        default=5.0, gt=0, description="Seconds between checkpoints of the vector view."
    )
    retention_days: float = Field(
        default=28,
        gt=0,
        le=36_500,
        description="Days that observations and percepts are kept; memories are kept for ever.",
    )
    tick_seconds: float = Field(
        default=0,
        ge=0,
        description="Seconds between looks for due jobs of a host that runs on; 0 leaves them to "
        "`anamnesis tick`.",
    )
    decay_hours: Hours = Field(
        default=24, description="Hours between looks for memories that fade or are forgotten."
    )
    compress_hours: Hours = Field(
        default=24, description="Hours between looks for faded memories to compress."
    )
    promote_hours: Hours = Field(
        default=24, description="Hours between looks for memories to promote or demote."
    )
    consolidate_hours: Hours = Field(
        default=24, description="Hours between looks for new episodes that are alike."
    )
    reconcile_hours: Hours = Field(
        default=24, description="Hours between looks for contradictions that were found."
    )
    related_cosine: Cosine = Field(
        default=USUAL.related_cosine,
        description="Least cosine of an episode and a concept it joins.",
    )
    merged_cosine: Cosine = Field(
        default=USUAL.merged_cosine, description="Least cosine of two concepts that become one."
    )
    promotion: Literal["rules", "model"] = Field(
        default="model",
        description="What moves memories to the insights: rules, or the bundled trained network, "
        "where there is one.",
    )
    promote_at: Inner = Field(
        default=USUAL.promote_at, description="Least score at which a memory moves up a layer."
    )
    demote_below: Inner = Field(
        default=USUAL.demote_below, description="Score under which a memory moves down a layer."
    )
    decay: float = Field(
        default=USUAL.fading.decay,
        ge=0.1,
        le=0.8,
        description="Exponent of the forgetting curve, FSRS-6's w20: higher, memories fade sooner.",
    )
    faded_below: Inner = Field(
        default=USUAL.fading.faded, description="Retrievability under which a memory fades."
    )
    compressed_below: Inner = Field(
        default=USUAL.fading.compressed, description="Retrievability under which it loses details."
    )
    forgotten_below: Inner = Field(
        default=USUAL.fading.forgotten, description="Retrievability under which it is forgotten."
    )
    detail: int = Field(
        default=USUAL.detail, ge=1, description="Characters that are left of a compressed memory."
    )
    tick_budget: int = Field(
        default=USUAL.budget, ge=1, description="Most memories that a tick touches."
    )
    duplicate_cosine: float = Field(
        default=USUAL.duplicate_cosine,
        ge=0,
        le=1,
        description="Least cosine of a repeated statement.",
    )
    relation_score: float = Field(
        default=USUAL.relation_score,
        ge=0,
        le=1,
        description="Least score at which a relation becomes a fact.",
    )
    contradiction_score: float = Field(
        default=USUAL.contradiction_score,
        ge=0,
        le=1,
        description="Least score at which texts that a model takes to contradict each other are "
        "noted.",
    )
    contradiction_pairs: int = Field(
        default=16,
        ge=0,
        le=10_000,
        description="Most pairs of memories that a reconcile tick lets a model read for "
        "contradictions; each costs a pass or two, 0 asks for none.",
    )
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="How Kafka is spoken to."
    )
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="How SASL proves who asks."
    )
    kafka_user: str = Field(default="", description="Who asks, with SASL.")
    kafka_password: SecretStr = Field(default=SecretStr(""), description="Its password.")
    kafka_ca: Path | None = Field(default=None, description="PEM file of who signs Kafka's TLS.")
    kafka_cert: Path | None = Field(default=None, description="PEM file to show to Kafka.")
    kafka_key: Path | None = Field(default=None, description="PEM file of that one's key.")
    kafka_patience: float = Field(
        default=30.0, gt=0, description="Seconds after which a silent Kafka is given up."
    )
    stall_seconds: float = Field(
        default=120.0, gt=0, description="Seconds without progress after which a worker exits."
    )
    kafka_replicas: int = Field(
        default=1, ge=1, le=16, description="Copies of each partition of topics to be created."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for lower, upper in _ORDERED:
            least, most = getattr(self, lower), getattr(self, upper)
            if least > most:
                raise ValueError(f"{lower} ({least:g}) must not be above {upper} ({most:g})")
        return self

    @property
    def keys_folder(self) -> Path:
        """Give the folder of the keys."""
        return self.keys or self.home / "keys"


def read_settings(**flags: object) -> Settings:
    """Read the settings: flags that are given, then the environment, then a file.

    The file is what ANAMNESIS_SETTINGS names, or settings.toml in the data folder, where there is
    one. Raises SettingsError naming the setting.
    """
    given = {k: v for k, v in flags.items() if v is not None}
    home = given.get("home") or os.environ.get(f"{_PREFIX}HOME") or _home()
    named = os.environ.get(_NAMED)
    file = Path(named) if named else Path(str(home)) / FILE
    kept = _kept(file, named=bool(named))
    try:
        return Settings.model_validate(kept | given)
    except ValidationError as error:
        told = []
        for fault in error.errors():
            name = "_".join(map(str, fault["loc"]))
            there = name in kept and name not in given
            where = f"{file}: {name}: " if there else f"{_PREFIX}{name.upper()}: " if name else ""
            told.append(f"{where}{in_words(fault)}")
        raise SettingsError(f"a setting is wrong: {'; '.join(told)}") from error


def _kept(file: Path, *, named: bool) -> dict[str, object]:
    """Read what a file says and the environment does not."""
    if not named and not file.exists():
        return {}
    found = read_file(file)
    if not named and "home" in found:
        raise SettingsError(f"{file}: home is where this file lies", file=str(file))
    return {k: v for k, v in found.items() if not os.environ.get(f"{_PREFIX}{k.upper()}")}


def read_file(file: Path) -> dict[str, object]:
    """Read settings of a TOML file, by their names in small letters. Raises SettingsError."""
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}", file=str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}", file=str(file)) from error
    if unknown := sorted(set(found) - set(Settings.model_fields)):
        raise SettingsError(f"{file}: there is no setting {unknown[0]}", file=str(file))
    return found

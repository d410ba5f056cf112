"""Which things can go wrong, drawn as one tree.

AnamnesisError
├── InputError              what was given is wrong                          exit 2
│   ├── ObservationError    an observation cannot be understood
│   ├── UnknownTagError     an event carries a tag that no schema knows
│   ├── SettingsError       a setting is wrong
│   └── NotFoundError       what was asked for does not exist
├── ConflictError           what was given contradicts what is there         exit 3
│   ├── DuplicateIdError    an id was used again for other content
│   ├── LockedError         another process works on the data folder
│   └── StalePositionError  another writer has moved a position
└── UnavailableError        something needed does not work                   exit 4
    ├── LogDamagedError     the log cannot be trusted any more
    ├── ViewDamagedError    a view cannot be trusted; the log makes it again
    ├── DiskFullError       nothing more can be written
    ├── ViewsAwayError      the database of the SQL views does not answer; it may later
    ├── ModelError          a model is missing, damaged or of the wrong shape
    │   └── ModelLostError  one that was at work is gone, or another lies in its place
    ├── VectorsError        the vector engine fails
    │   └── VectorsAwayError  the vector server does not answer; it may later
    ├── KafkaError          a Kafka cluster does not answer, or refuses
    ├── KeysError           keys are lost, damaged, or do not fit what they sealed
    ├── ErasingError        an erasure is under way; what was asked can be asked again later
    ├── ErasedError         what was asked for was erased: its key is destroyed
    ├── ClosedError         a memory is used after it was closed
    └── WaitError           a position was not reached in time
"""


class AnamnesisError(Exception):
    """Root of everything that Anamnesis raises on purpose; `fields` say what and where."""

    exit_code = 1

    def __init__(self, message: str, **fields: object) -> None:
        super().__init__(message)
        self.fields = fields


class InputError(AnamnesisError):
    """What was given is wrong."""

    exit_code = 2


class ObservationError(InputError):
    """An observation cannot be understood."""


class UnknownTagError(InputError):
    """An event carries a tag that no schema knows."""

    def __init__(self, tag: str) -> None:
        super().__init__(f"no schema knows the tag {tag!r}", tag=tag)


class SettingsError(InputError):
    """A setting is wrong."""


class NotFoundError(InputError):
    """What was asked for does not exist."""


class ConflictError(AnamnesisError):
    """What was given contradicts what is there."""

    exit_code = 3


class DuplicateIdError(ConflictError):
    """An id was used again for other content."""


class LockedError(ConflictError):
    """Another process works on the data folder."""

    def __init__(self, folder: str, owner: str) -> None:
        super().__init__(f"{folder} is in use by {owner}", folder=folder, owner=owner)


class StalePositionError(ConflictError):
    """Another writer has moved a position that this one wanted to move."""


class UnavailableError(AnamnesisError):
    """Something needed does not work."""

    exit_code = 4


class LogDamagedError(UnavailableError):
    """The log cannot be trusted any more; `fields['salvage']` says what can be saved."""


class ViewDamagedError(UnavailableError):
    """A view cannot be trusted any more; the log makes it again."""


class ViewsAwayError(UnavailableError):
    """The database of the SQL views does not answer; what was asked can be asked again later."""


class DiskFullError(UnavailableError):
    """Nothing more can be written."""


class ModelError(UnavailableError):
    """A model is missing, damaged or of the wrong shape."""

    def __init__(self, *, role: str, file: str, expected: str, found: str) -> None:
        super().__init__(
            f"the model for {role} ({file}): expected {expected}, found {found}",
            role=role,
            file=file,
            expected=expected,
            found=found,
        )


class ModelLostError(ModelError):
    """A model that was at work is gone, or another lies in its place; no text is at fault."""


class VectorsError(UnavailableError):
    """The vector engine fails."""


class VectorsAwayError(VectorsError):
    """The vector server does not answer; what was asked can be asked again later."""


class KafkaError(UnavailableError):
    """A Kafka cluster does not answer, or refuses."""


class KeysError(UnavailableError):
    """Keys are lost, damaged, or do not fit what they sealed."""


class ErasedError(UnavailableError):
    """What was asked for was erased: its key is destroyed."""


class ErasingError(UnavailableError):
    """An erasure is under way, or its process died and any other command finishes it."""


class ClosedError(UnavailableError):
    """A memory is used after it was closed."""

    def __init__(self) -> None:
        super().__init__("the memory is closed: open it again (an erasure closes it, too)")


class WaitError(UnavailableError):
    """A position was not reached in time."""

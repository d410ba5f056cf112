"""Which models are loaded: each when it is first asked for, the least recently used out first."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final, TypeVar

from infra.clock import monotonic
from infra.models.bound_models import Bound, load
from infra.models.model_files import size_of
from infra.models.role_bindings import Binding, Bindings
from schemas.errors import ModelError, ModelLostError

_MB: Final = 1_000_000

Model = TypeVar("Model", bound=Bound)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory: what it is, and how long loading took."""

    bound: Bound
    ms: float


class ModelRegistry:
    """Gives the models of bound roles, and keeps their networks within a budget.

    A model that is let go of while somebody uses it stays until they are done. One that is loaded
    again must be the one that it was: what it says is kept and told under its first digest.
    """

    def __init__(self, bindings: Bindings, opener: Callable[[str, Binding], Bound] = load) -> None:
        self._bindings = bindings
        self._opener = opener
        self._loaded: OrderedDict[str, Loaded] = OrderedDict()
        self._digests: dict[str, str] = {}  # of what each role was first served by
        self._lock = Lock()

    @property
    def roles(self) -> tuple[str, ...]:
        """Name the roles that are bound."""
        return tuple(self._bindings.roles)

    def get(self, role: str, kind: type[Model]) -> Model:
        """Give a role's model, loading it if need be. Raises ModelError, KeyError if not bound."""
        bound = self._take(role).bound
        if not isinstance(bound, kind):
            raise TypeError(f"{role} is served by a {type(bound).__name__}")
        return bound

    def _take(self, role: str) -> Loaded:
        with self._lock:
            found = self._loaded.get(role) or self._load(role)
            self._loaded.move_to_end(role)
        return found

    def _load(self, role: str) -> Loaded:
        try:
            loaded = self._opened(role, self._bindings.roles[role])
        except ModelError as error:
            if role not in self._digests:
                raise
            lost = {name: str(error.fields[name]) for name in ("file", "expected", "found")}
            raise ModelLostError(role=role, **lost) from error
        self._digests[role] = loaded.bound.model.digest
        self._loaded[role] = loaded
        return loaded

    def _opened(self, role: str, binding: Binding) -> Loaded:
        self._make_room(role, binding)
        began = monotonic()
        bound = self._opener(role, binding)
        digest = bound.model.digest
        if (first := self._digests.get(role, digest)) != digest:
            raise ModelError(
                role=role,
                file=str(binding.network),
                expected=f"what was loaded from there before (digest {first}), until the models "
                "are renewed",
                found=f"digest {digest}",
            )
        return Loaded(bound, 1000 * (monotonic() - began))

    def _make_room(self, role: str, binding: Binding) -> None:
        """Let others go before a model is loaded, so that both are never over the budget."""
        size, budget = size_of(role, binding), self._bindings.budget_mb * _MB
        if size > budget:
            raise ModelError(
                role=role,
                file=str(binding.network),
                expected=f"at most {self._bindings.budget_mb:g} MB (budget_mb)",
                found=f"{size / _MB:.3g} MB",
            )
        while self._loaded and self.bytes + size > budget:
            self._loaded.popitem(last=False)

    @property
    def bytes(self) -> int:
        """Say how many bytes the loaded networks have."""
        return sum(one.bound.model.bytes for one in self._loaded.values())

    def told(self, role: str) -> dict[str, Any]:
        """Say what serves a bound role; it is loaded and tried. Raises ModelError."""
        binding = self._bindings.roles[role]
        loaded = self._take(role)
        model = loaded.bound.model
        return {
            "role": role,
            "source": str(binding.network),
            "digest": model.digest,
            "sha256": model.content,
            "provider": model.provider,
            "mb": round(model.bytes / _MB, 1),
            "load_ms": round(loaded.ms, 1),
        }

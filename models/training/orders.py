"""How what is to be done every time is written down, and in which forms it is said."""

import re
from pathlib import Path

WORDINGS = Path(__file__).with_name("wordings")


def listed(name: str) -> list[str]:
    """Read a file of wordings, one a line."""
    return (WORDINGS / f"{name}.txt").read_text(encoding="utf-8").splitlines()


_FORMS = re.compile(r"(not )?([\w-]+)/([\w-]+)/(\w+)(.*)")
_FORBID = ("never {}", "don't {}", "do not {}", "don't ever {}")


def orders() -> dict[str, list[str]]:
    """Give what is to be done every time: `order` as it is said, `task` after "to", and its parts.

    A line begins with what its verb is after "to", after "stop" and after "I'd rather you":
    "use/using/used metric units"; `not` before it forbids; a line without them is no verb's.
    """
    found: dict[str, list[str]] = {
        name: [] for name in ("order", "task", "do", "doing", "did", "banned")
    }
    for line in listed("orders"):
        if not (parts := _FORMS.fullmatch(line)):
            found["order"].append(line)
            continue
        forbids, verb, doing, did, rest = parts.groups()
        if forbids:
            found["order"] += [form.format(verb + rest) for form in _FORBID]
            found["order"].append(f"stop {doing}{rest}")
            found["task"] += [f"never {verb}{rest}", f"not {verb}{rest}"]
            found["did"] += [f"didn't {verb}{rest}", f"never {did}{rest}"]
            found["banned"].append(verb + rest)
        else:
            found["do"].append(verb + rest)
            found["doing"].append(doing + rest)
            found["did"].append(did + rest)
    for name in ("order", "task"):
        found[name] += found["do"]
    return found

"""A chat agent that remembers: `python -m examples.agent --home FOLDER`, one message a line.

The memory is open in this process, so that recalling takes some milliseconds, not a program's
start. Put your language model where `reply` is: what it needs to know is in `known`.

Only what the user says is taken in: these replies are what memory has already. An agent that says
something worth remembering takes that in as well, with `"role": "assistant"`, so that it is
remembered as said and nothing is believed because the agent said it.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from sys import stderr, stdin, stdout
from uuid import uuid4

from infra.memory import Memory
from infra.recollection import Asked, Recollection
from infra.settings import read_settings

USER, AGENT, SPACE = "Maya", "Assistant", "maya"


def reply(message: str, known: str, found: Recollection) -> str:
    """Answer from memory alone; a language model would be given the message and what is known."""
    if "?" not in message:
        return "Noted."
    return found.answer.text if found.answer else f"I do not know. What I remember:\n{known}"


def said(session: str, text: str) -> dict[str, object]:
    """Give a turn of the user as an observation."""
    return {"id": str(uuid4()), "space": SPACE, "kind": "message", "at": datetime.now(UTC),
            "session": session, "speaker": USER, "text": text}  # fmt: skip


def main() -> None:
    """Recall, reply, remember, for each line of standard input."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="the memory's folder")
    session = str(uuid4())
    with Memory(read_settings(home=parser.parse_args().home)) as memory:
        for line in filter(None, map(str.strip, stdin)):
            found = memory.ask(Asked(line, SPACE, k=5, speaker=USER))
            answer = reply(line, found.context(characters=1200), found)
            for _, fault in memory.take([said(session, line)]).faults:
                stderr.write(f"not remembered: {fault}\n")
            stdout.write(f"{USER}: {line}\n{AGENT}: {answer}\n")
            stdout.flush()


if __name__ == "__main__":
    main()

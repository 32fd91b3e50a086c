"""What waits for a person on his home page: each room answers with tasks of this shape."""

from dataclasses import dataclass
from datetime import datetime

from directory.errors import Sentence


@dataclass(frozen=True)
class Task:
    """One thing to do next. `due` is an aware instant, or None where nothing runs out."""

    sentence: Sentence
    why: Sentence
    url: str
    act_word: Sentence
    due: datetime | None = None
    icon: str = "arrow-right-circle"  # of Bootstrap Icons

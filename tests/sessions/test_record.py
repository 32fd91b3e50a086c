"""The minutes of the hearing of W-…: what V-17 asks, and never who it was."""

import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader

from config.story.cases import IDENTITY
from directory.errors import Forbidden, NotFound
from directory.models import ApiToken
from scheduler.models import Booking
from sessions import record
from sessions.errors import PasswordWrong, TooManyTries
from sessions.models import Record
from tests.cast import Cast
from tests.sessions.conftest import Day, held

PASSWORD = "demo-only-password"


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.fixture(scope="module")
def minutes_written(played: tuple[Cast, int]) -> int:
    """Setting minutes in type takes a second: once a module is enough."""
    cast, booking = played
    day = Day(cast, Booking.objects.select_related("plan__request__person").get(pk=booking))
    held(day)
    return record.write(hearing_id=day.id, by=cast.clerk_madrid, at=day.start + timedelta(hours=1)).pk


@pytest.fixture
def written(minutes_written: int, day: Day) -> Record:
    return Record.objects.get(pk=minutes_written)


def test_the_file_tells_what_the_law_asks_for(day: Day, written: Record) -> None:
    told, plan = text_of(bytes(written.pdf)), day.booking.plan
    for words in (
        plan.code,
        plan.request.reference,
        plan.request.person.pseudonym,
        "heard as witness",
        "Second Specialised Criminal Court, Bogotá",
        "Practice room, Bogotá",  # place of the requesting court
        "Withheld by order",  # and of the requested one
        "identified by the attending judge (Spain)",
        "right not to testify under both laws",
        "made the affirmation",
        "Attending judge",
        "Named in the file of the requested State",
        "Beatriz Salazar",  # the presiding judge is withheld from nobody
        "Place withheld",
        "166 ms",
        "Objection: leading question.",
        "Suspended by the presiding judge (Colombia): break.",
        "interrupted:",
        "UTC−5",
    ):
        assert words in told, words


def test_the_file_names_neither_the_witness_nor_the_place_nor_the_host_judge(day: Day, written: Record) -> None:
    told = text_of(bytes(written.pdf))
    secrets = [value for key, value in IDENTITY.items() if key not in ("nationality", "language", "born")]
    for word in [*secrets, "Elena Vidal", "Javier Molina", "Las Palmas", "Canary", "Atlantic"]:
        assert word not in told, word


def test_the_file_carries_the_house_s_own_typeface(written: Record) -> None:
    resources = PdfReader(io.BytesIO(bytes(written.pdf))).pages[0]["/Resources"]["/Font"]
    assert all("Plex-Serif" in font.get_object()["/BaseFont"] for font in resources.values())


def test_the_digest_is_the_file_s_own_and_finds_it_again(written: Record) -> None:
    digest = hashlib.sha256(bytes(written.pdf)).hexdigest()
    assert written.digest == digest
    assert record.verify(digest.upper()) == written
    assert record.verify(hashlib.sha256(bytes(written.pdf) + b" ").hexdigest()) is None


def test_the_house_writes_the_first_version_by_itself_and_only_that(day: Day, written: Record) -> None:
    (job,) = ProcrastinateJob.objects.filter(task_name="sessions.write_minutes")
    assert job.args == {"hearing_id": str(day.id), "language": day.cast.clerk.user.language}
    assert record.write_first(hearing_id=day.id, language="en") is None  # a clerk was quicker
    assert day.hearing.records.count() == 1


def test_both_courts_sign_with_their_password_and_once(day: Day, written: Record) -> None:
    with pytest.raises(PasswordWrong):
        record.sign(record_id=written.public_id, by=day.cast.judge, password="guessed")
    for by in (day.cast.judge_madrid, day.cast.judge):
        record.sign(record_id=written.public_id, by=by, password=PASSWORD)
    assert sorted(written.signatures.values_list("side", "digest")) == [
        ("requested", written.digest),
        ("requesting", written.digest),
    ]
    with pytest.raises(record.Refusal) as refusal:
        record.sign(record_id=written.public_id, by=day.cast.clerk, password=PASSWORD)
    assert refusal.value.code == "already_signed"


@pytest.fixture
def nobody_guessed() -> Iterator[None]:
    """The tries are counted beside the database, which forgets between two tests."""
    cache.clear()
    yield
    cache.clear()


@pytest.mark.usefixtures("nobody_guessed")
def test_guessing_the_password_of_a_signature_ends_after_five_tries(day: Day, written: Record) -> None:
    for _ in range(record.WRONG_PASSWORDS):
        with pytest.raises(PasswordWrong):
            record.sign(record_id=written.public_id, by=day.cast.judge, password="guessed")
    with pytest.raises(TooManyTries):
        record.sign(record_id=written.public_id, by=day.cast.judge, password=PASSWORD)
    assert record.sign(record_id=written.public_id, by=day.cast.judge_madrid, password=PASSWORD)


def test_while_tries_cannot_be_counted_nothing_is_signed_and_the_api_says_why(
    day: Day, written: Record, settings: Any, tmp_path: Path
) -> None:
    token = ApiToken.issue(user=day.cast.judge.user, expires_at=day.start + timedelta(days=900))
    engine = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": engine, "LOCATION": f"unix://{tmp_path}/nobody.sock"}}
    answer = Client().post(
        f"/api/v1/hearings/{day.id}/records/1/sign", {"password": PASSWORD}, content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (503, "part_away")
    assert not written.signatures.exists()


def test_nobody_signs_a_version_that_was_written_after_he_read(day: Day, written: Record) -> None:
    judge = Client()
    judge.force_login(day.cast.judge.user)
    assert judge.get(reverse("evidence:record", args=[day.id])).context["record"].version == 1
    newer = record.write(hearing_id=day.id, by=day.cast.clerk)
    form = {"act": "sign", "version": 1, "password": PASSWORD}
    answer = judge.post(reverse("evidence:record_act", args=[day.id]), form)
    assert (answer.status_code, answer.context["refusal"].code) == (409, "record_superseded")
    assert not newer.signatures.exists()


def test_a_new_version_asks_both_again_and_the_old_one_is_signed_no_more(day: Day, written: Record) -> None:
    newer = record.write(hearing_id=day.id, by=day.cast.clerk)
    assert newer.version == 2
    with pytest.raises(record.Refusal) as refusal:
        record.sign(record_id=written.public_id, by=day.cast.judge, password=PASSWORD)
    assert refusal.value.code == "record_superseded"


def test_who_signs_is_a_judge_or_clerk_of_the_case(day: Day, written: Record) -> None:
    with pytest.raises(Forbidden):
        record.sign(record_id=written.public_id, by=day.cast.prosecutor, password=PASSWORD)
    with pytest.raises(NotFound):
        record.sign(record_id=written.public_id, by=day.cast.stranger, password=PASSWORD)


def test_the_file_is_fetched_under_a_neutral_name_and_by_nobody_else(day: Day, written: Record) -> None:
    client = Client()
    client.force_login(day.cast.clerk.user)
    address = reverse("evidence:record_file", args=[day.id, 1])
    answer = client.get(address)
    assert answer.content == bytes(written.pdf)
    assert answer["Content-Disposition"] == f'attachment; filename="{day.booking.plan.code}-1.pdf"'
    client.force_login(day.cast.stranger.user)
    assert client.get(address).status_code == 404


def test_anyone_with_the_file_can_check_it_without_signing_in(day: Day, written: Record) -> None:
    record.sign(record_id=written.public_id, by=day.cast.judge_madrid, password=PASSWORD)
    page = Client().post(reverse("evidence:verify"), {"digest": written.digest}).content.decode()
    assert "version 1 of the minutes of" in page
    assert "not signed" in page  # Colombia's is missing
    page = Client().post(reverse("evidence:verify"), {"digest": "0" * 64}).content.decode()
    assert "never written here" in page

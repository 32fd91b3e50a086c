"""The join link of the witness: two halves, one use, five tries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from directory.errors import Forbidden, Refusal
from sessions import lifecycle, seats, tickets
from sessions.errors import TicketRefused
from sessions.models import JoinTicket
from tests.sessions.conftest import Day

WRONG = "not the pin"


@pytest.fixture
def ticket(day: Day) -> tickets.Ticket:
    return tickets.issue(seat_id=day.seat("witness").public_id, by=day.cast.clerk_madrid, at=day.start)


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(TicketRefused) as refusal:
        act()
    return refusal.value.code


def test_link_and_code_together_take_the_seat_once(day: Day, ticket: tickets.Ticket) -> None:
    found = tickets.redeem(secret=ticket.secret, pin=ticket.pin, at=day.start)
    assert found.seat == day.seat("witness")
    assert refused(lambda: tickets.redeem(secret=ticket.secret, pin=ticket.pin, at=day.start)) == "ticket_used"


def test_the_fifth_wrong_code_locks_the_ticket_for_the_right_one_too(day: Day, ticket: tickets.Ticket) -> None:
    tried = [refused(lambda: tickets.redeem(secret=ticket.secret, pin=WRONG, at=day.start)) for _ in range(5)]
    assert tried == ["code_wrong"] * 4 + ["ticket_locked"]
    assert refused(lambda: tickets.redeem(secret=ticket.secret, pin=ticket.pin, at=day.start)) == "ticket_locked"


@pytest.mark.parametrize(
    ("minutes", "code"),
    [
        (-61, "ticket_early"),
        (241, "ticket_expired"),  # the rehearsal is booked for four hours
    ],
)
def test_a_link_opens_sixty_minutes_before_and_ends_with_the_session(
    day: Day, ticket: tickets.Ticket, minutes: int, code: str
) -> None:
    at = day.start + timedelta(minutes=minutes)
    assert refused(lambda: tickets.redeem(secret=ticket.secret, pin=ticket.pin, at=at)) == code


def test_a_session_that_runs_over_still_lets_its_witness_back_in(day: Day, ticket: tickets.Ticket) -> None:
    day.doors_open()
    late = day.start + timedelta(minutes=300)
    assert tickets.redeem(secret=ticket.secret, pin=ticket.pin, at=late).seat == day.seat("witness")


def test_a_closed_hearing_lets_nobody_in(day: Day, ticket: tickets.Ticket) -> None:
    day.doors_open()
    lifecycle.close(hearing_id=day.id, by=day.cast.clerk, at=day.start)
    assert refused(lambda: tickets.redeem(secret=ticket.secret, pin=ticket.pin, at=day.start)) == "ticket_expired"


def test_an_unknown_secret_opens_nothing(day: Day) -> None:
    assert refused(lambda: tickets.redeem(secret="x" * 43, pin="000000", at=day.start)) == "ticket_unknown"


def test_a_new_link_ends_the_one_before(day: Day, ticket: tickets.Ticket) -> None:
    tickets.issue(seat_id=day.seat("witness").public_id, by=day.cast.clerk_madrid, at=day.start)
    assert refused(lambda: tickets.redeem(secret=ticket.secret, pin=ticket.pin, at=day.start)) == "ticket_revoked"


def test_only_the_clerk_of_the_witness_s_state_makes_the_link(day: Day) -> None:
    for by in (day.cast.clerk, day.cast.judge_madrid):
        with pytest.raises(Forbidden):
            tickets.issue(seat_id=day.seat("witness").public_id, by=by)


def test_judges_and_clerks_sign_in_and_get_no_link(day: Day) -> None:
    for role, side, by in (
        ("judge", "requesting", day.cast.clerk),
        ("clerk", "requested", day.cast.clerk_madrid),
        ("defence", "requesting", day.cast.clerk),  # counsel of the story has an account
    ):
        with pytest.raises(Refusal) as refusal:
            tickets.issue(seat_id=day.seat(role, side).public_id, by=by)
        assert refusal.value.code == "seat_needs_account"


def test_the_table_holds_neither_secret_nor_code(day: Day, ticket: tickets.Ticket) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT j::text FROM evidence_jointicket j")
        rows = " ".join(row[0] for row in cursor.fetchall())
    assert ticket.secret not in rows
    assert ticket.pin not in rows
    assert (ticket.secret in repr(ticket), ticket.pin in repr(ticket)) == (False, False)


def browser(ticket: tickets.Ticket) -> Client:
    client = Client()
    client.post(reverse("evidence:ticket"), {"secret": ticket.secret, "pin": ticket.pin})
    return client


def test_opening_the_link_shows_a_page_and_consumes_nothing(day: Day, ticket: tickets.Ticket) -> None:
    page = Client().get(reverse("evidence:ticket"))
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert JoinTicket.objects.get(public_id=ticket.id).used_at is None


def test_a_redeemed_link_is_a_seat_in_that_browser_until_it_is_withdrawn(day: Day, ticket: tickets.Ticket) -> None:
    client = browser(ticket)
    held = seats.seat_of(hearing_id=day.id, user=None, django_session=client.session)
    assert held == day.seat("witness")
    assert "You are in the right place." in client.get(reverse("evidence:ticket")).content.decode()
    tickets.revoke(seat_id=day.seat("witness").public_id, by=day.cast.clerk_madrid)
    assert seats.seat_of(hearing_id=day.id, user=None, django_session=client.session) is None
    assert "code of six digits" in client.get(reverse("evidence:ticket")).content.decode()


def test_a_wrong_code_says_so_and_keeps_what_was_typed(day: Day, ticket: tickets.Ticket) -> None:
    page = Client().post(reverse("evidence:ticket"), {"secret": ticket.secret, "pin": "12"})
    assert page.status_code == 403
    assert "code_wrong" in page.content.decode()
    assert ticket.secret in page.content.decode()


def test_the_seat_of_one_hearing_opens_no_other(day: Day, ticket: tickets.Ticket) -> None:
    client = browser(ticket)
    other = seats.seat_of(
        hearing_id=day.seat("witness").public_id, user=None, django_session=client.session
    )  # any other id
    assert other is None


def test_signing_in_gives_the_browser_back(day: Day, ticket: tickets.Ticket) -> None:
    client = browser(ticket)
    client.force_login(day.cast.clerk.user)
    assert seats.SESSION_KEY not in client.session


def test_taking_a_seat_by_link_signs_out_whoever_was_there(day: Day, ticket: tickets.Ticket) -> None:
    client = Client()
    client.force_login(day.cast.clerk_madrid.user)
    client.post(reverse("evidence:ticket"), {"secret": ticket.secret, "pin": f"{ticket.pin[:3]} {ticket.pin[3:]}"})
    assert "_auth_user_id" not in client.session
    assert seats.ticketed(client.session) == day.seat("witness")

"""Whether anything has changed on which a reading of a hearing rests: one statement for all hearings of a process.

News of a change can be lost: the broker carries it at most once, a process can die between its commit and the telling,
and a hand in the database tells nobody. To read every hearing again each second would cost more than all that the wire
carries. So each is given a mark, the sum over the rows that `relay.read` looks at of what PostgreSQL itself writes down
of a row's last change (`xmin`); a hearing with another mark than before is read whole. What changes because time goes
by (a measure, a token) is not marked: the reading says when (`until`), or the row is left out (a session that ended).
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from signalling.rooms import Key

STATEMENT = """
WITH room AS (SELECT *, xmin AS mark FROM evidence_hearing WHERE public_id = ANY(%(hearings)s)),
plan AS (SELECT room.id AS room, one.*, one.xmin AS mark FROM room JOIN scheduler_plan one ON one.id = room.plan_id),
seat AS (SELECT one.*, one.xmin AS mark FROM evidence_seat one JOIN room ON one.hearing_id = room.id),
aside AS (SELECT one.*, one.xmin AS mark FROM evidence_consultation one JOIN room ON one.hearing_id = room.id
    WHERE one.ended_at IS NULL),
opened AS (SELECT room.id AS room, held.session, held.token
    FROM unnest(%(rooms)s::uuid[], %(sessions)s::text[], %(tokens)s::text[]) AS held (hearing, session, token)
    JOIN room ON room.public_id = held.hearing),
looked_at (room, kind, id, mark) AS (
    SELECT id, 'hearing', id::text, mark FROM room
    UNION ALL SELECT room, 'plan', id::text, mark FROM plan
    UNION ALL SELECT plan.room, 'request', one.id::text, one.xmin
        FROM plan JOIN casework_request one ON one.id = plan.request_id
    UNION ALL SELECT room.id, 'booking', one.id::text, one.xmin
        FROM room JOIN scheduler_booking one ON one.id = room.booking_id
    UNION ALL SELECT plan.room, 'reservation', one.id::text, one.xmin
        FROM plan JOIN room ON room.id = plan.room JOIN scheduler_sitting s ON s.booking_id = room.booking_id
        JOIN scheduler_reservation one ON one.sitting_id = s.id JOIN scheduler_planneed need ON need.id = one.need_id
        WHERE plan.pivot <> '' AND need.role = 'interpreter'
    UNION ALL SELECT hearing_id, 'seat', id::text, mark FROM seat
    UNION ALL SELECT hearing_id, 'aside', id::text, mark FROM aside
    UNION ALL SELECT aside.hearing_id, 'invited', one.id::text, one.xmin
        FROM aside JOIN evidence_consultation_invited one ON one.consultation_id = aside.id
    UNION ALL SELECT seat.hearing_id, 'ticket', one.id::text, one.xmin
        FROM seat JOIN evidence_jointicket one ON one.seat_id = seat.id
    UNION ALL SELECT seat.hearing_id, 'person', one.id::text, one.xmin
        FROM seat JOIN protection_protectedperson one ON one.id = seat.person_id
    UNION ALL SELECT seat.hearing_id, 'measure', one.id::text, one.xmin
        FROM seat JOIN protection_measure one ON one.person_id = seat.person_id
    UNION ALL SELECT seat.hearing_id, 'user', one.id::text, one.xmin
        FROM seat JOIN directory_user one ON one.id = seat.user_id
    UNION ALL SELECT seat.hearing_id, 'member', one.id::text, one.xmin
        FROM seat JOIN directory_membership one ON one.user_id = seat.user_id
    UNION ALL SELECT opened.room, 'session', one.session_key, one.xmin
        FROM opened JOIN django_session one ON one.session_key = opened.session AND one.expire_date > now()
    UNION ALL SELECT opened.room, 'token', one.id::text, one.xmin
        FROM opened JOIN directory_apitoken one ON one.digest = opened.token
)
SELECT asked, coalesce(sum(hashtextextended(kind || ' ' || looked_at.id || ' ' || looked_at.mark::text, 0)), 0)::text,
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
FROM unnest(%(hearings)s::uuid[]) AS asked
    LEFT JOIN room ON room.public_id = asked LEFT JOIN looked_at ON looked_at.room = room.id
GROUP BY asked
"""


def read(opened: Mapping[UUID, Iterable[Key]]) -> dict[UUID, tuple[str, int]]:
    """The mark of each hearing with these sockets, and the database's clock in microseconds, read before the mark."""
    keys = [(hearing, key) for hearing, those in opened.items() for key in those]
    facts: dict[str, Any] = {
        "hearings": list(opened),
        "rooms": [hearing for hearing, _key in keys],
        "sessions": [key.session or "" for _hearing, key in keys],
        "tokens": [key.token for _hearing, key in keys],
    }
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, facts)
        return {hearing: (mark, clock) for hearing, mark, clock in cursor.fetchall()}

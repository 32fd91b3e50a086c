"""Which role may do which act: one table, no Django.

A role says what a person may do at all; whether he may do it to this request or that hearing is asked of
the object itself (`visible_to`), because it depends on the authority he acts for.
"""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a member is in his authority."""

    PROSECUTOR = "prosecutor"
    CENTRAL_AUTHORITY = "central_authority"
    CLERK = "clerk"
    JUDGE = "judge"
    DEFENCE = "defence"
    INTERPRETER = "interpreter"
    TECHNICIAN = "technician"
    AUDITOR = "auditor"


class Act(StrEnum):
    """What can be done, named after its object."""

    DIRECTORY_READ = "directory.read"
    DIRECTORY_EDIT = "directory.edit"
    SITE_READ = "site.read"
    AUDIT_READ = "audit.read"
    REQUEST_READ = "request.read"
    REQUEST_DRAFT = "request.draft"
    REQUEST_SUBMIT = "request.submit"
    REQUEST_WITHDRAW = "request.withdraw"
    REQUEST_ANSWER = "request.answer"
    REQUEST_ACKNOWLEDGE = "request.acknowledge"
    REQUEST_ASK = "request.ask"
    REQUEST_CONSULT = "request.consult"
    REQUEST_DECIDE = "request.decide"
    HEARING_READ = "hearing.read"
    HEARING_PLAN = "hearing.plan"
    BOOKING_READ = "booking.read"
    BOOKING_HOLD = "booking.hold"
    BOOKING_CONFIRM = "booking.confirm"
    BOOKING_CANCEL = "booking.cancel"
    REPLY_JUDGE = "reply.judge"  # let a reply through that did not fit, or discard it
    MAIL_SORT = "mail.sort"  # put away mail that belongs to no hearing
    TEST_RUN = "test.run"
    TEST_SIGN = "test.sign"
    ROUTE_SET = "route.set"  # by which way sound and picture travel
    HEARING_ATTEND = "hearing.attend"
    HEARING_RUN = "hearing.run"  # open, admit, log a step, close
    HEARING_CONDUCT = "hearing.conduct"  # go live, suspend, resume: the requesting bench
    HEARING_STOP = "hearing.stop"  # suspend: the judge of the requested State
    RECORD_READ = "record.read"
    RECORD_WRITE = "record.write"
    RECORD_SIGN = "record.sign"
    IDENTITY_OPEN = "identity.open"
    MEASURE_READ = "measure.read"
    MEASURE_RAISE = "measure.raise"
    MEASURE_LOWER = "measure.lower"


_EVERYONE = frozenset({Act.DIRECTORY_READ})
_IN_THE_CASE = frozenset({Act.REQUEST_READ, Act.HEARING_READ, Act.BOOKING_READ, Act.RECORD_READ})

_TABLE: Mapping[str, frozenset[Act]] = {
    Role.PROSECUTOR: _EVERYONE
    | _IN_THE_CASE
    | {
        Act.REQUEST_DRAFT,
        Act.REQUEST_SUBMIT,
        Act.REQUEST_WITHDRAW,
        Act.REQUEST_ANSWER,
        Act.HEARING_ATTEND,
        Act.MEASURE_READ,
        Act.MEASURE_RAISE,
        Act.TEST_RUN,
    },
    Role.CENTRAL_AUTHORITY: _EVERYONE
    | _IN_THE_CASE
    | {
        Act.REQUEST_ACKNOWLEDGE,
        Act.REQUEST_ASK,
        Act.REQUEST_CONSULT,
        Act.REQUEST_DECIDE,
        Act.REQUEST_ANSWER,
        Act.DIRECTORY_EDIT,
        Act.SITE_READ,
        Act.MEASURE_READ,
        Act.MEASURE_RAISE,
        Act.MEASURE_LOWER,
        Act.IDENTITY_OPEN,
    },
    Role.CLERK: _EVERYONE
    | _IN_THE_CASE
    | {
        Act.SITE_READ,
        Act.DIRECTORY_EDIT,
        Act.HEARING_PLAN,
        Act.BOOKING_HOLD,
        Act.BOOKING_CONFIRM,
        Act.BOOKING_CANCEL,
        Act.REPLY_JUDGE,
        Act.TEST_RUN,
        Act.HEARING_ATTEND,
        Act.HEARING_RUN,
        Act.ROUTE_SET,
        Act.RECORD_WRITE,
        Act.RECORD_SIGN,
        Act.MEASURE_READ,
        Act.MEASURE_RAISE,
    },
    Role.JUDGE: _EVERYONE
    | _IN_THE_CASE
    | {
        Act.SITE_READ,
        Act.TEST_RUN,
        Act.HEARING_ATTEND,
        Act.HEARING_CONDUCT,
        Act.HEARING_STOP,
        Act.RECORD_SIGN,
        Act.MEASURE_READ,
        Act.MEASURE_RAISE,
        Act.MEASURE_LOWER,
        Act.IDENTITY_OPEN,
    },
    Role.DEFENCE: _EVERYONE | {Act.HEARING_READ, Act.HEARING_ATTEND, Act.RECORD_READ, Act.TEST_RUN},
    Role.INTERPRETER: _EVERYONE | {Act.HEARING_READ, Act.HEARING_ATTEND, Act.TEST_RUN},
    Role.TECHNICIAN: _EVERYONE
    | {
        Act.SITE_READ,
        Act.HEARING_READ,
        Act.HEARING_ATTEND,
        Act.BOOKING_READ,
        Act.MAIL_SORT,
        Act.TEST_RUN,
        Act.TEST_SIGN,
        Act.ROUTE_SET,
    },
    Role.AUDITOR: _EVERYONE | {Act.AUDIT_READ},
}


def permits(role: str, act: str) -> bool:
    """Whether the role may do the act at all. A role or act nobody knows is permitted nothing."""
    return act in _TABLE.get(role, frozenset())

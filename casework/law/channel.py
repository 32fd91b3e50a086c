"""By which way and in which form a request goes: paragraphs 13 and 14. ◆"""

from casework.marks import mark as _
from casework.rules import Facts, Level, Reader, Rule, both, either, equals, given, has, missing, no

MUST, SHOULD, NOTE = Level.MUST, Level.SHOULD, Level.NOTE


def _language_not_accepted(facts: Facts) -> bool:
    """Accepted is the language itself or a wider tag: "pt-BR" is accepted where "pt" is."""
    wanted, accepted = str(facts.get("request_language") or ""), facts.get("accepted_languages")
    if not wanted or not isinstance(accepted, list | tuple) or not accepted:
        return False
    return not any(wanted == tag or wanted.startswith(f"{tag}-") for tag in accepted)


def _confirmed_late(facts: Facts) -> bool:
    """Both in hours: what the pair of States allows for an oral request, and what has passed."""
    allowed, passed = facts.get("oral_hours"), facts.get("oral_hours_passed")
    return isinstance(allowed, int | float) and isinstance(passed, int | float) and passed > allowed


RULES = (
    Rule(
        "U18-13a",
        "18(13)",
        MUST,
        "requested",
        _("Address the request to the central authority that %(requested_state)s has notified."),
        both(equals("channel", "central", "", None), no(equals("requested_is_central", True))),
    ),
    Rule("U18-13a", "18(13)", MUST, "channel", _("Say by which way the request goes."), missing("channel")),
    Rule(
        "U18-13b",
        "18(13)",
        NOTE,
        "requested",
        _(
            "%(requested_state)s has more than one central authority. Check that this one is responsible for "
            "the region or territory where the person is."
        ),
        equals("several_central_authorities", True),
    ),
    Rule(
        "U18-13c",
        "18(13)",
        MUST,
        "channel",
        _("%(requested_state)s insists on the diplomatic channel."),
        both(equals("transmission", ["diplomatic"]), given("channel"), no(equals("channel", "diplomatic"))),
    ),
    Rule(
        "U18-13c",
        "18(13)",
        NOTE,
        "channel",
        _("%(requested_state)s also takes requests from one central authority to the other."),
        both(equals("channel", "diplomatic"), has("transmission", "direct")),
    ),
    Rule(
        "U18-13d",
        "18(13)",
        MUST,
        "urgent",
        _("Interpol carries a request only in urgent circumstances."),
        both(equals("channel", "interpol"), missing("urgent")),
    ),
    Rule(
        "U18-13d",
        "18(13)",
        MUST,
        "interpol_agreed",
        _("Interpol carries a request only where both States agree."),
        both(equals("channel", "interpol"), missing("interpol_agreed")),
    ),
    Rule(
        "U18-13d",
        "18(13)",
        MUST,
        "interpol_possible",
        _("Interpol carries a request only where it is possible."),
        both(equals("channel", "interpol"), missing("interpol_possible")),
    ),
    Rule(
        "U18-13e",
        "18(13)",
        NOTE,
        "requested",
        _("Carry the request out, or pass it on quickly and press the competent authority to do so."),
        equals("state", "submitted", "acknowledged"),
        Reader.REQUESTED,
    ),
    Rule(
        "U18-14a",
        "18(14)",
        MUST,
        "form",
        _("A request is made in writing, or by a means that leaves a written record."),
        missing("form"),
    ),
    Rule(
        "U18-14a",
        "18(14)",
        SHOULD,
        "form",
        _("Whether %(requested_state)s takes requests electronically is not known. Ask before you rely on it."),
        both(equals("form", "electronic"), equals("accepts_email", "unknown")),
    ),
    Rule(
        "U18-14a",
        "18(14)",
        MUST,
        "form",
        _("%(requested_state)s does not take requests electronically."),
        both(equals("form", "electronic"), equals("accepts_email", "no")),
    ),
    Rule(
        "U18-14b",
        "18(14)",
        MUST,
        "request_language",
        _("Say in which language the request is written."),
        missing("request_language"),
    ),
    Rule(
        "U18-14b",
        "18(14)",
        MUST,
        "request_language",
        _("Write in a language that %(requested_state)s accepts: %(accepted_languages)s."),
        _language_not_accepted,
    ),
    Rule(
        "U18-14b",
        "18(14)",
        SHOULD,
        "request_language",
        _("Which languages %(requested_state)s accepts is not on record. Ask its central authority."),
        both(given("request_language"), missing("accepted_languages")),
    ),
    Rule(
        "U18-14c",
        "18(14)",
        MUST,
        "authenticity",
        _("Say how %(requested_state)s can tell that the request is authentic."),
        missing("authenticity"),
    ),
    Rule(
        "U18-14d",
        "18(14)",
        MUST,
        "urgent",
        _("A request may be made orally only when it is urgent."),
        both(equals("form", "oral"), missing("urgent")),
    ),
    Rule(
        "U18-14d",
        "18(14)",
        MUST,
        "oral_agreed",
        _("A request may be made orally only where both States agree."),
        both(equals("form", "oral"), missing("oral_agreed")),
    ),
    Rule(
        "U18-14d",
        "18(14)",
        MUST,
        "oral_made_at",
        _("Say when the request was made orally."),
        both(equals("form", "oral"), missing("oral_made_at")),
    ),
    Rule(
        "U18-14d",
        "18(14)",
        SHOULD,
        "oral_made_at",
        _("Between these States an oral request is confirmed in writing within %(oral_hours)s hours. Send it now."),
        both(equals("form", "oral"), _confirmed_late),
    ),
    Rule(
        "U18-14d",
        "18(14)",
        NOTE,
        "oral_made_at",
        _("An oral request is confirmed in writing forthwith."),
        both(equals("form", "oral"), no(_confirmed_late)),
    ),
    Rule(
        "V-24",
        "18(24)",
        SHOULD,
        "urgency_reason",
        _("Give the reasons for the urgency."),
        both(given("urgent"), missing("urgency_reason")),
    ),
    Rule(
        "V-25",
        "18(14)",
        NOTE,
        "form",
        _("Keep the original: the requested State may ask for it."),
        either(equals("form", "electronic"), equals("channel", "interpol")),
    ),
)

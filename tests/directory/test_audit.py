"""The trail only grows, and whoever tampers with it leaves a mark."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import audit
from directory.models import ApiToken, AuditChain, AuditEntry, Membership, Site


@pytest.fixture
def room(cast: Any) -> Site:
    return Site.objects.get(authority=cast.clerk.authority, name="Hearing room 3")


@pytest.fixture
def three(cast: Any, room: Site) -> list[AuditEntry]:
    """Three acts about the room in Bogotá, and one about the room in Madrid."""
    other = Site.objects.filter(authority=cast.clerk_madrid.authority).first()
    audit.append("site.opened", by=cast.clerk_madrid, about=other)
    return [audit.append("site.moved", by=cast.clerk, about=room, facts={"step": n}) for n in (1, 2, 3)]


def api(by: Membership, method: str, path: str) -> Any:
    token = ApiToken.issue(user=by.user, expires_at=timezone.now() + timedelta(hours=1))
    return getattr(Client(), method)(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})


@contextmanager
def triggers_off() -> Iterator[None]:
    """What only the database's superuser can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")


def test_an_entry_says_who_did_what_and_hangs_on_the_one_before(three: list[AuditEntry], cast: Any) -> None:
    assert [entry.position for entry in three] == [1, 2, 3]
    assert [entry.previous for entry in three] == ["", three[0].digest, three[1].digest]
    assert {entry.actor for entry in three} == {cast.clerk}
    assert audit.verify() is None


def test_chains_of_different_subjects_do_not_touch(three: list[AuditEntry]) -> None:
    lengths = AuditChain.objects.filter(kind="directory.site").order_by("length")
    assert [chain.length for chain in lengths] == [1, 3]


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE directory_auditentry SET act = 'site.kept'",
        "DELETE FROM directory_auditentry",
        "TRUNCATE directory_auditentry CASCADE",
        "DELETE FROM directory_auditchain",
        "UPDATE directory_auditchain SET digest = 'x'",
        "UPDATE directory_auditchain SET length = length - 1",
        "UPDATE directory_auditchain SET length = length + 1, kind = 'other'",
    ],
)
def test_the_database_refuses_to_change_what_is_written(three: list[AuditEntry], tamper: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE waits for them before it is refused
        with pytest.raises(IntegrityError, match="append-only"):
            cursor.execute(tamper)


@pytest.mark.parametrize(
    ("tamper", "position", "why"),
    [
        # Another act, another time, another author, other facts.
        ("UPDATE directory_auditentry SET act = 'x' WHERE id = {1}", 2, "altered"),
        ("UPDATE directory_auditentry SET at = at + interval '1 microsecond' WHERE id = {0}", 1, "altered"),
        ("UPDATE directory_auditentry SET actor_id = NULL WHERE id = {2}", 3, "altered"),
        ("UPDATE directory_auditentry SET facts = '{{\"step\": 7}}' WHERE id = {1}", 2, "altered"),
        # One taken out of the middle, with and without closing the ranks.
        ("DELETE FROM directory_auditentry WHERE id = {1}", 2, "gap"),
        (
            "DELETE FROM directory_auditentry WHERE id = {1};"
            "UPDATE directory_auditentry SET position = 2 WHERE id = {2}",
            2,
            "altered",
        ),
        # The tail cut off: the head still knows how long it was.
        ("DELETE FROM directory_auditentry WHERE id = {2}", 3, "cut"),
        ("DELETE FROM directory_auditentry WHERE id IN ({0}, {1}, {2})", 1, "cut"),
    ],
)
def test_tampering_past_the_trigger_is_found(three: list[AuditEntry], tamper: str, position: int, why: str) -> None:
    chain = three[0].chain
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(tamper.format(*(entry.pk for entry in three)))
    assert audit.verify() == audit.Break(chain.kind, chain.subject, position, why)


def test_a_tail_cut_off_with_its_head_rewritten_is_found_by_an_export_kept_elsewhere(
    three: list[AuditEntry],
) -> None:
    kept, chain = list(audit.export()), three[0].chain
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM directory_auditentry WHERE id = %s", [three[2].pk])
        cursor.execute(
            "UPDATE directory_auditchain SET length = 2, digest = %s WHERE id = %s", [three[1].digest, chain.pk]
        )
    assert audit.verify() is None
    assert audit.verify(against=kept) == audit.Break(chain.kind, chain.subject, 3, "missing")


def test_an_entry_needs_the_transaction_of_its_act(transactional_db: None) -> None:
    from tests.cast import enter

    cast = enter()
    with pytest.raises(TransactionManagementError):
        audit.append("site.opened", by=cast.clerk, about=cast.clerk.authority)
    assert AuditEntry.objects.count() == 0


def test_an_act_that_is_undone_leaves_no_entry(cast: Any, room: Site) -> None:
    with transaction.atomic():
        audit.append("site.moved", by=cast.clerk, about=room)
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == 0


def test_many_at_once_about_one_subject_stand_in_line(transactional_db: None) -> None:
    from tests.cast import enter

    cast = enter()

    def act() -> None:
        try:
            with transaction.atomic():
                audit.append("authority.read", by=cast.clerk, about=cast.clerk.authority)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(AuditEntry.objects.order_by("position").values_list("position", flat=True)) == list(range(1, 9))
    assert audit.verify() is None


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=st.dictionaries(st.sampled_from("pqr"), json_values, max_size=3))
def test_whatever_the_facts_are_postgresql_gives_back_what_was_hashed(room: Site, facts: dict[str, Any]) -> None:
    entry = audit.append("site.moved", by=None, about=room, facts=facts)
    assert audit.digest(AuditEntry.objects.get(pk=entry.pk)) == entry.digest


def test_the_auditor_sees_his_states_acts_and_what_the_system_did_to_the_same_things(
    three: list[AuditEntry], cast: Any, room: Site
) -> None:
    expiry = audit.append("site.closed", by=None, about=room)
    other = Site.objects.filter(authority=cast.clerk_madrid.authority).first()
    audit.append("site.closed", by=None, about=other)
    seen = AuditEntry.objects.visible_to(cast.auditor).order_by("position")
    assert list(seen) == [*three, expiry]


def test_the_auditors_page_verifies_and_says_where_it_breaks(
    client: Client, three: list[AuditEntry], cast: Any
) -> None:
    client.force_login(cast.auditor.user)
    assert "The trail holds." in client.post("/audit/").content.decode()
    with triggers_off():
        AuditEntry.objects.filter(pk=three[1].pk).update(act="x")
    page = client.post("/audit/").content.decode()
    assert "audit_altered" in page
    assert str(three[0].chain.subject) in page
    where = {"kind": "directory.site", "about": str(three[0].chain.subject), "position": 2}
    assert api(cast.auditor, "post", "/audit/verify").json() == {"holds": False, "broken": {"why": "altered"} | where}


def test_the_auditor_reads_the_same_over_the_api_and_nobody_else_does(three: list[AuditEntry], cast: Any) -> None:
    told = api(cast.auditor, "get", "/audit?limit=2").json()
    assert [(one["act"], one["role"], one["position"]) for one in told] == [
        ("site.moved", "clerk", 3), ("site.moved", "clerk", 2),
    ]  # fmt: skip
    assert [one["digest"] for one in api(cast.auditor, "get", "/audit?offset=2").json()] == [three[0].digest]
    assert api(cast.auditor, "post", "/audit/verify").json() == {"holds": True, "broken": None}
    assert [api(by, "get", "/audit").status_code for by in (cast.clerk, cast.judge, cast.spain)] == [404] * 3
    assert api(cast.clerk, "post", "/audit/verify").status_code == 404


def test_where_another_states_chain_breaks_is_told_without_its_subject(client: Client, cast: Any) -> None:
    other = Site.objects.filter(authority=cast.clerk_madrid.authority).first()
    entry = audit.append("site.opened", by=cast.clerk_madrid, about=other)
    client.force_login(cast.auditor.user)
    with triggers_off():
        AuditEntry.objects.filter(pk=entry.pk).update(act="x")
    page = client.post("/audit/").content.decode()
    told = [word in page for word in ("audit_altered", "in which your State has no part", str(other.public_id))]
    assert told == [True, True, False]
    broken = {"why": "altered", "kind": None, "about": None, "position": None}
    assert api(cast.auditor, "post", "/audit/verify").json() == {"holds": False, "broken": broken}


def test_the_command_verifies_and_exports(
    three: list[AuditEntry], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call_command("audit", "verify")
    assert capsys.readouterr().out == "The audit trail holds.\n"
    call_command("audit", "export")
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["act"] for line in lines] == ["site.opened", *["site.moved"] * 3]
    kept = tmp_path / "trail.jsonl"
    kept.write_text("\n".join(lines))
    call_command("audit", "verify", "--against", str(kept))
    with triggers_off():
        AuditEntry.objects.filter(pk=three[2].pk).delete()
    with pytest.raises(CommandError, match="entry 3 and what followed were cut off"):
        call_command("audit", "verify")


def test_a_file_that_is_no_export_is_refused_in_a_sentence(db: None, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not json")
    with pytest.raises(CommandError, match="is not an export"):
        call_command("audit", "verify", "--against", str(wrong))

"""Who may test a link, what is kept of a test, and what both courts read of it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from config.story.people import WITNESS_PLACE
from directory.models import ApiToken, AuditEntry
from scheduler.models import ConnectionCheck
from signalling import connectivity
from signalling import protocol as p
from signalling.media.control import ProbeResult
from signalling.media.estimate import Estimate, Through
from signalling.rooms import Key
from tests.signalling.conftest import Court, signed_in

WIRELESS = ProbeResult(
    link="x", seconds=7.5, rtt_ms=Estimate(168, 164, 172), rtt_p95_ms=190, sent_up=300, received_up=293, sent_down=300,
    received_down=299, loss_up=Estimate(2.4, 1.1, 4.6), loss_down=Estimate(0.3, 0, 1.9),
    jitter_up_ms=Estimate(31, 28, 34), jitter_down_ms=Estimate(9, 8, 10), codec_audio="opus", codec_video="VP8",
    audio_up_kbps=32, video_up_kbps=1480, up=Through(Estimate(1600, 1500, 1700), 1510),
    down=Through(Estimate(3900, 3800, None), 3700),
)  # fmt: skip
FOUND = p.Found(route="relay", width=1280, height=720, frame_rate=25)


@pytest.fixture
def court(db: None) -> Court:
    from tests.cast import enter

    return Court(enter())


def entered(court: Court, member: Any) -> connectivity.Tester:
    client = signed_in(member)
    found = connectivity.admit(Key(client.session.session_key), court.hearing.public_id, "")
    assert found is not None
    return found


def page(court: Court, member: Any) -> Any:
    return signed_in(member).get(f"/hearings/{court.hearing.public_id}/test/")


def test_each_technician_tests_for_the_own_side(court: Court) -> None:
    sides = [entered(court, member).side for member in (court.cast.technician, court.cast.technician_madrid)]
    assert sides == ["requesting", "requested"]


@pytest.mark.parametrize("name", ["stranger", "auditor", "spain"])
def test_who_has_no_room_here_tests_nothing_and_finds_no_page(court: Court, name: str) -> None:
    member = getattr(court.cast, name)
    key = Key(signed_in(member).session.session_key)
    assert connectivity.admit(key, court.hearing.public_id, "") is None
    assert page(court, member).status_code == 404


def test_ones_own_device_is_for_whoever_signs_in_and_nobody_else(court: Court) -> None:
    assert connectivity.admit(Key(signed_in(court.cast.prosecutor).session.session_key), None, "") is not None
    assert connectivity.admit(Key(), None, "") is None
    assert Client().get("/test/").status_code == 404
    assert signed_in(court.cast.prosecutor).get("/test/").status_code == 200


def test_a_test_is_judged_and_kept_with_the_booking_without_address_or_device(court: Court) -> None:
    verdict = connectivity.store(entered(court, court.cast.technician_madrid), WIRELESS, FOUND)
    assert (verdict.verdict, verdict.stored) == ("usable", True)
    check = ConnectionCheck.objects.get()
    assert (check.side, check.verdict, check.rtt_ms, check.loss_up, check.loss_down) == (
        "requested",
        "usable",
        168,
        2.4,
        0.3,
    )
    assert check.detail == {
        "duration_s": 7.5, "rate_up_kbps": 1512, "codec_audio": "opus", "codec_video": "vp8", "route": "relay",
        "width": 1280, "height": 720, "frame_rate": 25,
        "rtt_ms_low": 164, "rtt_ms_high": 172, "loss_up_low": 1.1, "loss_up_high": 4.6, "loss_down_low": 0,
        "loss_down_high": 1.9, "jitter_up_ms_low": 28, "jitter_up_ms_high": 34, "jitter_down_ms_low": 8,
        "jitter_down_ms_high": 10, "capacity_up_kbps": 1600, "capacity_up_kbps_low": 1500,
        "capacity_up_kbps_high": 1700, "capacity_down_kbps": 3900, "capacity_down_kbps_low": 3800,
        "goodput_up_kbps": 1510, "goodput_down_kbps": 3700,
    }  # fmt: skip
    assert AuditEntry.objects.filter(act="check.recorded").count() == 1


def test_a_test_of_ones_own_device_is_judged_and_not_kept(court: Court) -> None:
    verdict = connectivity.store(connectivity.Tester("en"), WIRELESS, None)
    assert (verdict.verdict, verdict.stored) == ("usable", False)
    assert {(each.name, each.way): each.grade for each in verdict.figures}[("loss", "up")] == "usable"
    assert ConnectionCheck.objects.count() == 0


def test_both_courts_read_both_rooms_the_whole_way_and_what_to_do(court: Court) -> None:
    connectivity.store(entered(court, court.cast.technician_madrid), WIRELESS, FOUND)
    before = page(court, court.cast.technician).content.decode()
    assert "judged once both courts have tested" in before
    connectivity.store(entered(court, court.cast.technician), WIRELESS, FOUND)
    for member in (court.cast.technician, court.cast.technician_madrid, court.cast.clerk):
        text = page(court, member).content.decode()
        assert "From Colombia to Spain" in text
        # 2.4 % out of one room, 0.3 % into the other: 2.7 % of the whole way.
        assert "2.7 %" in text
        assert "Use a cable in place of wireless" in text
        assert "ITU-T G.114" in text


def test_the_page_of_a_withheld_place_names_neither_city_nor_zone_nor_room(court: Court) -> None:
    connectivity.store(entered(court, court.cast.technician_madrid), WIRELESS, FOUND)
    text = page(court, court.cast.technician).content.decode()
    assert [word for word in (*WITNESS_PLACE, "Las Palmas", "Canary", "Witness room") if word in text] == []


def test_the_fragment_answers_that_nothing_is_new(court: Court) -> None:
    connectivity.store(entered(court, court.cast.technician), WIRELESS, FOUND)
    client = signed_in(court.cast.technician)
    digest = str(ConnectionCheck.objects.get().public_id)
    url = f"/hearings/{court.hearing.public_id}/test/results/"
    assert [client.get(url, {"seen": seen}).status_code for seen in ("", digest)] == [200, 204]


def token(member: Any) -> str:
    return str(ApiToken.issue(user=member.user, expires_at=datetime.now(UTC) + timedelta(hours=1)))


def test_the_api_reads_what_the_page_shows_and_nothing_to_a_stranger(court: Court) -> None:
    connectivity.store(entered(court, court.cast.technician), WIRELESS, FOUND)
    url = f"/api/v1/hearings/{court.hearing.public_id}/checks"
    answer = Client().get(url, headers={"Authorization": f"Bearer {token(court.cast.clerk)}"})
    read = json.loads(answer.content)
    assert (read["verdict"], [room["side"] for room in read["rooms"]]) == (None, ["requesting"])
    assert read["rooms"][0]["up"]["grade"] == "usable"
    stranger = Client().get(url, headers={"Authorization": f"Bearer {token(court.cast.stranger)}"})
    assert (stranger.status_code, json.loads(stranger.content)["code"]) == (404, "not_found")

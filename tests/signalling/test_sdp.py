"""What is written into an offer, and what an answer may say: hostile ones end as SdpRefused, never otherwise."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling.media.sdp import (
    Answer,
    AnsweredSection,
    Candidate,
    Local,
    SdpRefused,
    Section,
    read_answer,
    write_offer,
)

PRINT = "sha-256 " + ":".join(["AB"] * 32)
LOCAL = Local("ufra", "p" * 22, ":".join(["CD"] * 32), (Candidate("1", 2130706431, "192.0.2.7", 40000),), "cn")
OFFERED = [
    Section("0", "audio", "recvonly"),
    Section("1", "video", "recvonly"),
    Section("2", "audio", "sendonly", "seat-b", 1234),
    Section("3", "video", "inactive"),
]


def answer(*, session: str = "", audio: str = "", **changes: str) -> str:
    """A good answer to OFFERED, as a browser of the witness would write it, with some lines changed."""
    directions = ["sendonly", "sendonly", "recvonly", "inactive"]
    lines = ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1 2 3"]
    lines += [session] if session else []
    for section, direction in zip(OFFERED, directions, strict=True):
        formats = "111" if section.kind == "audio" else "96 97"
        lines += [f"m={section.kind} 9 UDP/TLS/RTP/SAVPF {formats}", "c=IN IP4 0.0.0.0"]
        lines += ["a=ice-ufrag:abcd", "a=ice-pwd:" + "q" * 24, "a=fingerprint:" + PRINT, "a=setup:active"]
        lines += [f"a=mid:{section.mid}", f"a={direction}", "a=rtcp-mux"]
        if section.kind == "audio":
            lines += ["a=rtpmap:111 opus/48000/2", *([audio] if audio else [])]
        else:
            lines += ["a=rtpmap:96 VP8/90000", "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96"]
    text = "\r\n".join(lines) + "\r\n"
    for old, new in changes.items():
        text = text.replace(WORDS[old], new)
    return text


WORDS = {
    "ufrag": "a=ice-ufrag:abcd",
    "fingerprint": "a=fingerprint:" + PRINT,
    "setup": "a=setup:active",
    "bundle": "a=group:BUNDLE 0 1 2 3",
    "mux": "a=rtcp-mux",
    "opus": "a=rtpmap:111 opus/48000/2",
    "mid": "a=mid:2",
    "direction": "a=sendonly",
    "profile": "m=audio 9 UDP/TLS/RTP/SAVPF",
}


def test_a_good_answer_becomes_a_handful_of_values() -> None:
    assert read_answer(answer(), OFFERED) == Answer(
        ufrag="abcd",
        password="q" * 24,
        fingerprint=":".join(["AB"] * 32),
        setup="active",
        sections=(
            AnsweredSection("0", "recvonly", frozenset({111})),
            AnsweredSection("1", "recvonly", frozenset({96, 97})),
            AnsweredSection("2", "sendonly", frozenset({111})),
            AnsweredSection("3", "inactive", frozenset({96, 97})),
        ),
        sctp_port=None,
    )


def test_candidates_names_and_addresses_of_the_browser_leave_no_trace() -> None:
    clean = read_answer(answer(), OFFERED)
    noisy = answer(
        session="i=Maria's laptop\r\na=tool:camera-7",
        audio="a=candidate:1 1 udp 1 198.51.100.9 4000 typ host raddr 10.1.2.3 rport 9\r\na=end-of-candidates"
        "\r\na=ssrc:77 cname:maria@home\r\na=msid:Maria camera",
    )
    assert read_answer(noisy, OFFERED) == clean


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "sdp_malformed"),
        ("v=0\r\n" + "a=x\r\n" * 500, "sdp_too_many_lines"),
        ("v=0\r\na=" + "x" * 40_000, "sdp_too_large"),
        (answer(session="a=caf\u00e9"), "sdp_malformed"),
        (answer(session="a=tab\x0b"), "sdp_malformed"),
        (answer(audio="\r\n".join(["a=candidate:1 1 udp 1 192.0.2.1 9 typ host"] * 17)), "sdp_candidates"),
        (answer(ufrag="a=ice-ufrag:ab"), "sdp_ice"),
        (answer(audio="a=ice-ufrag:other"), "sdp_ice"),  # two links in one answer
        (answer(fingerprint="a=fingerprint:sha-1 AB"), "sdp_fingerprint"),
        (answer(audio="a=fingerprint:" + PRINT.replace("AB", "EF")), "sdp_fingerprint"),
        (answer(setup="a=setup:actpass"), "sdp_setup"),
        (answer(bundle="a=group:BUNDLE 0 1"), "sdp_bundle"),
        (answer(mux="a=x"), "sdp_rtcp_mux"),
        (answer(opus="a=rtpmap:111 G722/8000"), "sdp_codec"),  # another format under our number
        (answer(mid="a=mid:7"), "sdp_sections"),
        (answer(direction="a=sendrecv"), "sdp_direction"),
        (answer(profile="m=audio 9 RTP/AVP"), "sdp_malformed"),
        (answer() + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:4\r\n", "sdp_sections"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_its_code(text: str, code: str) -> None:
    with pytest.raises(SdpRefused) as refused:
        read_answer(text, OFFERED)
    assert refused.value.code == code


def test_a_rejected_m_line_is_inactive() -> None:
    text = answer().replace("m=video 9", "m=video 0")
    assert [s.direction for s in read_answer(text, OFFERED).sections] == [
        "recvonly",
        "inactive",
        "sendonly",
        "inactive",
    ]


def test_other_digests_may_stand_beside_sha_256() -> None:
    assert read_answer(answer(session="a=fingerprint:sha-512 AA:BB"), OFFERED).setup == "active"


LINES = answer().split("\r\n")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_mangled_answer_raises_anything_but_sdp_refused(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        cut = data.draw(st.integers(0, len(line)))
        lines[at : at + data.draw(st.integers(0, 2))] = [line[:cut] + data.draw(st.text(max_size=12)) + line[cut:]]
    _read("\r\n".join(lines))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_no_text_at_all_raises_anything_but_sdp_refused(text: str) -> None:
    _read(text)
    _read("v=0\n" + text)


def _read(text: str) -> None:
    with contextlib.suppress(SdpRefused):
        read_answer(text, OFFERED)


def test_an_offer_names_our_address_and_the_seat_and_nothing_else_of_anyone() -> None:
    assert write_offer(origin=5, version=2, local=LOCAL, sections=OFFERED[2:3]).split("\r\n") == [
        "v=0",
        "o=- 5 2 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 2",
        "a=msid-semantic: WMS *",
        "m=audio 40000 UDP/TLS/RTP/SAVPF 111",
        "c=IN IP4 192.0.2.7",
        "a=mid:2",
        "a=ice-ufrag:ufra",
        "a=ice-pwd:" + "p" * 22,
        "a=fingerprint:sha-256 " + ":".join(["CD"] * 32),
        "a=setup:actpass",
        "a=candidate:1 1 udp 2130706431 192.0.2.7 40000 typ host",
        "a=end-of-candidates",
        "a=rtcp:40000 IN IP4 192.0.2.7",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        "a=sendonly",
        "a=rtpmap:111 opus/48000/2",
        "a=fmtp:111 cbr=1;minptime=10;useinbandfec=1",
        "a=msid:seat-b seat-b-audio",
        "a=ssrc:1234 cname:cn-seat-b",
        "",
    ]

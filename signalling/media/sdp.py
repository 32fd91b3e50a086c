"""Session descriptions: the offer that we write, the answer that we read. Pure; no aiortc, no text passed on.

An answer comes from a program that an attacker may have written. It is measured before it is read, read into
a handful of values, and thrown away: candidates, names, addresses and whatever else it held go with it.
Terms and grammar: RFC 8866 (SDP), RFC 8839 (ICE), RFC 8843 (BUNDLE), RFC 9429 (JSEP).

No header extension is offered. A bundled `mid` would name the m-line of the sender's link in packets that
leave on another's; the SSRCs written here tell the tracks apart instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

Direction = Literal["sendonly", "recvonly", "inactive"]
_ANSWERS: Final = {"sendonly": "recvonly", "recvonly": "sendonly"}


class SdpRefused(Exception):
    """This description is not taken. `code` is stable, `sentence` is for a person."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True)
class Codec:
    """A payload format as the offer names it. `apt`: it repeats packets of that payload type (RFC 4588)."""

    payload_type: int
    name: str
    fmtp: str = ""
    feedback: tuple[str, ...] = ()
    apt: int | None = None


_PICTURE: Final = ("nack", "nack pli", "ccm fir", "goog-remb")
_H264: Final = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
# Constant bit rate: the length of a packet must not tell the language or the phrase.
CODECS: Final[dict[str, tuple[Codec, ...]]] = {
    "audio": (Codec(111, "opus/48000/2", "cbr=1;minptime=10;useinbandfec=1"),),
    "video": (
        Codec(96, "VP8/90000", "x-google-start-bitrate=1000", _PICTURE),
        Codec(97, "rtx/90000", "apt=96", apt=96),
        Codec(102, "H264/90000", _H264 + ";x-google-start-bitrate=1000", _PICTURE),
        Codec(103, "rtx/90000", "apt=102", apt=102),
    ),
}


@dataclass(frozen=True)
class Section:
    """One m-line of our offer. `stream` and the SSRCs say whose media a `sendonly` one carries."""

    mid: str
    kind: Literal["audio", "video", "application"]
    direction: Direction = "inactive"
    stream: str = ""
    ssrc: int = 0
    rtx_ssrc: int = 0


@dataclass(frozen=True)
class Candidate:
    """An address of ours, always `host`."""

    foundation: str
    priority: int
    host: str
    port: int


@dataclass(frozen=True)
class Local:
    """Our end of a link. `cname` is random, one a link (RFC 7022)."""

    ufrag: str
    password: str
    fingerprint: str
    candidates: tuple[Candidate, ...]
    cname: str = field(default="-")


def write_offer(*, origin: int, version: int, local: Local, sections: Sequence[Section]) -> str:
    """The offer's text. `version` grows by one with each offer of a link (RFC 8866, 5.2)."""
    lines = ["v=0", f"o=- {origin} {version} IN IP4 0.0.0.0", "s=-", "t=0 0"]
    lines.append("a=group:BUNDLE " + " ".join(section.mid for section in sections))
    lines.append("a=msid-semantic: WMS *")
    for section in sections:
        lines += _write_section(section, local)
    return "\r\n".join(lines) + "\r\n"


def _write_section(section: Section, local: Local) -> list[str]:
    first = local.candidates[0]
    family = "IP6" if ":" in first.host else "IP4"
    address = f"c=IN {family} {first.host}"
    if section.kind == "application":
        head = [f"m=application {first.port} UDP/DTLS/SCTP webrtc-datachannel", address]
        body = ["a=sctp-port:5000", "a=max-message-size:65536"]
    else:
        formats = " ".join(str(codec.payload_type) for codec in CODECS[section.kind])
        head = [f"m={section.kind} {first.port} UDP/TLS/RTP/SAVPF {formats}", address]
        body = [f"a=rtcp:{first.port} IN {family} {first.host}", "a=rtcp-mux", "a=rtcp-rsize"]
        body += [f"a={section.direction}", *_write_codecs(section.kind), *_write_source(section, local.cname)]
    return [*head, f"a=mid:{section.mid}", *_write_transport(local), *body]


def _write_transport(local: Local) -> list[str]:
    lines = [f"a=ice-ufrag:{local.ufrag}", f"a=ice-pwd:{local.password}"]
    lines += [f"a=fingerprint:sha-256 {local.fingerprint}", "a=setup:actpass"]
    for c in local.candidates:
        lines.append(f"a=candidate:{c.foundation} 1 udp {c.priority} {c.host} {c.port} typ host")
    return [*lines, "a=end-of-candidates"]


def _write_codecs(kind: str) -> list[str]:
    lines = []
    for codec in CODECS[kind]:
        lines.append(f"a=rtpmap:{codec.payload_type} {codec.name}")
        lines += [f"a=rtcp-fb:{codec.payload_type} {what}" for what in codec.feedback]
        if codec.fmtp:
            lines.append(f"a=fmtp:{codec.payload_type} {codec.fmtp}")
    return lines


def _write_source(section: Section, cname: str) -> list[str]:
    if section.direction != "sendonly":
        return []
    lines = [f"a=msid:{section.stream} {section.stream}-{section.kind}"]
    ssrcs = [section.ssrc]
    if section.kind == "video":
        ssrcs.append(section.rtx_ssrc)
        lines.append(f"a=ssrc-group:FID {section.ssrc} {section.rtx_ssrc}")
    # One CNAME a stream, not a link: sound and picture are synchronised within it (RFC 7022; lip-sync).
    return lines + [f"a=ssrc:{ssrc} cname:{cname}-{section.stream}" for ssrc in ssrcs]


@dataclass(frozen=True)
class AnsweredSection:
    """What the browser takes of one m-line: its direction, and the payload types it knows."""

    mid: str
    direction: Direction
    payload_types: frozenset[int]


@dataclass(frozen=True)
class Answer:
    """All that is kept of an answer. `setup` is the browser's DTLS role; `sctp_port` is None without data."""

    ufrag: str
    password: str
    fingerprint: str
    setup: Literal["active", "passive"]
    sections: tuple[AnsweredSection, ...]
    sctp_port: int | None


_LINE: Final = re.compile(r"[a-z]=[\x20-\x7e\t]*")
_MEDIA: Final = re.compile(r"m=(audio|video|application) (\d{1,5}) ([A-Z/]{1,24}) ([A-Za-z0-9 -]{1,400})")
_RTPMAP: Final = re.compile(r"(\d{1,3}) ([A-Za-z0-9/.+-]{1,40})")
_UFRAG: Final = re.compile(r"[A-Za-z0-9+/]{4,256}")
_PASSWORD: Final = re.compile(r"[A-Za-z0-9+/]{22,256}")
_SHA_256: Final = re.compile(r"sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})", re.IGNORECASE)
_SETUP: Final = re.compile(r"active|passive")
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}")
_PROFILES: Final = {"audio": "UDP/TLS/RTP/SAVPF", "video": "UDP/TLS/RTP/SAVPF", "application": "UDP/DTLS/SCTP"}
CANDIDATES: Final = 16  # a section; none is read


def read_answer(text: str, offered: Sequence[Section]) -> Answer:
    """The values of an answer to an offer with these sections. Raises SdpRefused and nothing else."""
    blocks = _split(text, len(offered))
    sections = [_Read(block) for block in blocks[1:]]
    if [(s.kind, s.one("mid")) for s in sections] != [(s.kind, s.mid) for s in offered]:
        raise SdpRefused("sdp_sections", "The answer's m-lines are not those of the offer.")
    session, live = _Read(["m=audio 9 UDP/TLS/RTP/SAVPF 0", *blocks[0]]), [s for s in sections if s.port]
    if not live:
        raise SdpRefused("sdp_sections", "The answer takes none of the m-lines offered.")
    _check_bundle(session, live)
    where = [session, *live]
    return Answer(
        ufrag=_agreed(where, "ice-ufrag", _UFRAG, "sdp_ice"),
        password=_agreed(where, "ice-pwd", _PASSWORD, "sdp_ice"),
        fingerprint=_agreed(where, "fingerprint", _SHA_256, "sdp_fingerprint").upper(),
        setup="active" if _agreed(where, "setup", _SETUP, "sdp_setup") == "active" else "passive",
        sections=tuple(s.answered(o) for s, o in zip(sections, offered, strict=True)),
        sctp_port=next((s.sctp_port() for s in live if s.kind == "application"), None),
    )


def _split(text: str, sections: int) -> list[list[str]]:
    """The lines of the session part and of each m-line, measured before anything is read."""
    if len(text) > min(30_720, max(16_384, 8_192 + 1_024 * sections)):
        raise SdpRefused("sdp_too_large", "The answer is too long.")
    if text.count("\n") > max(400, 40 * sections):
        raise SdpRefused("sdp_too_many_lines", "The answer has too many lines.")
    blocks: list[list[str]] = [[]]
    for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n"):
        if not _LINE.fullmatch(line):
            raise SdpRefused("sdp_malformed", "A line of the answer is not one of SDP.")
        if line.startswith("m="):
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _check_bundle(session: _Read, live: list[_Read]) -> None:
    groups = [value.split() for value in session.attributes.get("group", [])]
    bundled = next((set(words[1:]) for words in groups if words[:1] == ["BUNDLE"]), set())
    if not {section.one("mid") for section in live} <= bundled:
        raise SdpRefused("sdp_bundle", "The answer does not put all its media on one transport.")
    if any(s.kind != "application" and "rtcp-mux" not in s.attributes for s in live):
        raise SdpRefused("sdp_rtcp_mux", "The answer does not multiplex RTCP.")


def _agreed(where: list[_Read], name: str, shape: re.Pattern[str], code: str) -> str:
    """The one value that all parts which have the attribute agree on (RFC 8843, 7.1.3)."""
    values = {value for part in where for value in part.attributes.get(name, [])}
    if name == "fingerprint":  # other digests may stand beside it, and say nothing to us
        values = {value.upper() for value in values if value.lower().startswith("sha-256 ")}
    found = shape.fullmatch(values.pop()) if len(values) == 1 else None
    if found is None:
        raise SdpRefused(code, f"The answer needs one valid {name}.")
    return found.group(found.lastindex or 0)


class _Read:
    """One block of lines: its m-line, and its attributes by name."""

    def __init__(self, lines: list[str]) -> None:
        media = _MEDIA.fullmatch(lines[0])
        if media is None or int(media[2]) > 65535:
            raise SdpRefused("sdp_malformed", "An m-line of the answer cannot be read.")
        self.kind, self.port = media[1], int(media[2])
        if media[3] != _PROFILES[self.kind]:
            raise SdpRefused("sdp_malformed", "An m-line of the answer has a foreign profile.")
        self.formats = media[4].split()
        self.attributes: dict[str, list[str]] = {}
        for line in lines[1:]:
            if line.startswith("a="):
                name, _, value = line[2:].partition(":")
                self.attributes.setdefault(name, []).append(value.strip())
        if len(self.attributes.get("candidate", [])) > CANDIDATES:
            raise SdpRefused("sdp_candidates", "The answer has too many candidates.")

    def one(self, name: str) -> str | None:
        values = self.attributes.get(name, [])
        return values[0] if len(values) == 1 else None

    def answered(self, offered: Section) -> AnsweredSection:
        """Held against the m-line offered."""
        if not self.port or self.kind == "application":
            return AnsweredSection(offered.mid, "inactive", frozenset())
        found = [name for name in ("sendrecv", "sendonly", "recvonly", "inactive") if name in self.attributes]
        if found == ["inactive"]:
            return AnsweredSection(offered.mid, "inactive", self._payload_types())
        if found != [_ANSWERS.get(offered.direction)]:
            raise SdpRefused("sdp_direction", "A direction in the answer does not fit the offer.")
        return AnsweredSection(offered.mid, offered.direction, self._payload_types())

    def _payload_types(self) -> frozenset[int]:
        """The formats taken. Each must be called what we called it: its packets go to others as they are."""
        ours = {str(codec.payload_type): codec for codec in CODECS[self.kind]}
        maps = map(_RTPMAP.fullmatch, self.attributes.get("rtpmap", []))
        named = {found[1]: found[2] for found in maps if found}
        for number in self.formats:
            codec = ours.get(number)
            if codec is None or named.get(number, "").lower() != codec.name.lower():
                raise SdpRefused("sdp_codec", "The answer names a format that was not offered.")
        return frozenset(int(number) for number in self.formats)

    def sctp_port(self) -> int:
        port = self.one("sctp-port") or ""
        if not _PORT.fullmatch(port) or int(port) > 65535:
            raise SdpRefused("sdp_malformed", "The answer's data channel has no valid port.")
        return int(port)

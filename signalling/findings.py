"""What a test found besides figures: devices, picture, ways through the firewall; in words, and what to do about it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from scheduler.models.checks import Measured

ROUTES: Mapping[str, Promise] = {
    "host": _lazy("direct"),
    "srflx": _lazy("direct, through an address translator"),
    "prflx": _lazy("direct, through an address translator"),
    "relay": _lazy("through the relay"),
}
MICROPHONES: Mapping[str, Promise] = {
    "works": _lazy("works"),
    "silent": _lazy("nothing was heard"),
    "none": _lazy("none was found"),
    "denied": _lazy("the browser does not allow it"),
}
CAMERAS: Mapping[str, Promise] = {
    "works": _lazy("works"),
    "dark": _lazy("the picture is dark"),
    "none": _lazy("none was found"),
    "denied": _lazy("the browser does not allow it"),
}
REACHES: Mapping[str, Promise] = {"open": _lazy("open"), "closed": _lazy("closed")}
RELAYS: Mapping[str, Promise] = {
    "udp": _lazy("Relay over UDP"),
    "tcp": _lazy("Relay over TCP"),
    "tls": _lazy("Relay over TLS"),
}


def facts(check: Measured) -> list[tuple[str, str]]:
    """Name and word of each. No address, no device."""
    return list(_facts(check.detail))


def _facts(detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if word := detail.get("microphone"):
        level = detail.get("level_dbfs")
        heard = _(", at most %(level).0f dB of full scale") % {"level": level} if level is not None else ""
        yield _("Microphone"), f"{MICROPHONES[word]}{heard if word == 'works' else ''}"
    if word := detail.get("camera"):
        yield _("Camera"), str(CAMERAS[word])
    if route := detail.get("route"):
        yield _("Route"), str(ROUTES[route])
    for name, title in RELAYS.items():
        if reach := detail.get(name):
            yield str(title), str(REACHES[reach])
    yield from _carried(detail)


def _carried(detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    codecs = [str(detail[name]).upper() for name in ("codec_audio", "codec_video") if detail.get(name)]
    if codecs:
        yield _("Coding"), ", ".join(codecs)
    if detail.get("width") and detail.get("height"):
        size = f"{detail['width']:.0f} × {detail['height']:.0f}"
        rate = detail.get("frame_rate") or 0
        yield _("Picture that came back"), _("%(size)s at %(rate).0f a second") % {"size": size, "rate": rate}
    goodput = [detail.get(f"goodput_{way}_kbps") for way in ("up", "down")]
    if all(value is not None for value in goodput):
        up, down = goodput
        told = _("%(up).0f kbit/s from the room, %(down).0f kbit/s to it") % {"up": up, "down": down}
        yield _("Of the line, payload that arrived"), told
    if rate := detail.get("rate_up_kbps"):
        yield _("Sent while measuring"), f"{rate:.0f} kbit/s"


def advice(check: Measured) -> Iterable[str]:
    """A sentence for each finding that somebody can mend."""
    return [say() for name, words, say in ADVICE if check.detail.get(name) in words]


# Called when written, so that the sentence follows the reader's language.
ADVICE: tuple[tuple[str, tuple[str, ...], Callable[[], str]], ...] = (
    (
        "microphone",
        ("silent",),
        lambda: _(
            "Nothing was heard. Press the microphone’s mute key, choose the right one, and speak during the test."
        ),
    ),
    ("microphone", ("none",), lambda: _("No microphone was found. Plug one in, then run the test again.")),
    ("microphone", ("denied",), lambda: _("Allow the microphone in the address bar, then run the test again.")),
    (
        "camera",
        ("dark",),
        lambda: _("The picture is dark. Open the lens, switch the light on, and run it again."),
    ),
    ("camera", ("none",), lambda: _("No camera was found. Plug one in, then run the test again.")),
    ("camera", ("denied",), lambda: _("Allow the camera in the address bar, then run the test again.")),
    (
        "udp",
        ("closed",),
        lambda: _("The relay is out of reach over UDP. Ask for UDP port 3478 to be opened at the firewall, outwards."),
    ),
    (
        "tcp",
        ("closed",),
        lambda: _("The relay is out of reach over TCP. Ask for TCP port 3478 to be opened at the firewall, outwards."),
    ),
    (
        "tls",
        ("closed",),
        lambda: _("The relay is out of reach over TLS. Ask for TCP port 5349 to be opened at the firewall, outwards."),
    ),
    (
        "route",
        ("relay",),
        lambda: _("The way goes through the relay. Where the firewall can be opened for UDP, the way is shorter."),
    ),
)

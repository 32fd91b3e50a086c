"""Where a State's key lives: its own file on a laptop, the environment in production."""

import base64
import stat

import pytest
from django.core.exceptions import ImproperlyConfigured

from protection import keys


def encoded(byte: int) -> str:
    return base64.b64encode(bytes([byte]) * 32).decode()


@pytest.fixture(autouse=True)
def _laptop(settings, tmp_path):
    settings.PRODUCTION, settings.VAULT_KEYS, settings.VAULT_DIR = False, "", tmp_path / "keys"


def test_a_laptop_makes_spain_a_key_that_only_its_owner_can_read(settings):
    made = keys.current("ES")
    file = settings.VAULT_DIR / "ES.key"
    assert (made.id, stat.S_IMODE(file.stat().st_mode)) == ("ES", 0o600)
    assert keys.current("ES") == keys.by_id("ES") == made


def test_each_state_has_a_key_of_its_own():
    assert keys.current("ES").secret != keys.current("CO").secret


def test_nothing_is_left_beside_the_key_files(settings):
    keys.current("ES"), keys.current("CO")
    assert sorted(path.name for path in settings.VAULT_DIR.iterdir()) == ["CO.key", "ES.key"]


def test_a_lost_key_is_not_replaced_by_a_new_one_when_something_is_to_be_opened():
    with pytest.raises(ImproperlyConfigured):
        keys.by_id("ES")


def test_a_key_id_cannot_lead_out_of_the_directory():
    for key_id in ("../secret", "ES/../../etc", "es", "ES-0", ""):
        with pytest.raises(ImproperlyConfigured):
            keys.by_id(key_id)


def test_production_reads_the_environment_and_no_file(settings):
    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured):
        keys.current("ES")
    assert not settings.VAULT_DIR.exists()


def test_the_newest_key_seals_and_the_older_one_still_opens(settings):
    settings.VAULT_KEYS = f"ES={encoded(1)},ES-2={encoded(2)},ES-10={encoded(10)},CO={encoded(3)}"
    assert keys.current("ES").id == "ES-10"
    assert keys.by_id("ES").secret == bytes([1]) * 32


def test_a_state_without_a_key_is_refused(settings):
    settings.VAULT_KEYS = f"ES={encoded(1)}"
    with pytest.raises(ImproperlyConfigured):
        keys.current("CO")


@pytest.mark.parametrize(
    "text",
    [
        "ES=c2hvcnQ=",  # not 32 bytes
        "ES=no base64 at all!",
        "spain=" + "A" * 44,
        "A" * 44,  # a bare secret where a name should be
        f"ES={'B' * 43}=,ES={'B' * 43}=",
    ],
)
def test_a_bad_setting_stops_without_repeating_the_secret(text):
    with pytest.raises(ImproperlyConfigured) as refused:
        keys.parse(text)
    assert all(part not in str(refused.value) for part in ("c2hvcnQ", "AAAA", "BBBB", "no base64"))


def test_a_key_does_not_show_itself():
    assert "secret" not in repr(keys.current("ES"))

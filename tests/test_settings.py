"""What the environment may say, and what is said of a wrong setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings

TOKEN = "123456:ABC-DEF"


@pytest.fixture(autouse=True)
def away_from_the_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def read(monkeypatch: pytest.MonkeyPatch, **settings: str) -> Settings:
    for name, value in settings.items():
        monkeypatch.setenv(f"LOTSE_{name.upper()}", value)
    return read_settings()


@pytest.mark.parametrize(
    "address", ["", "http://lotse.example.org", "http://192.168.0.7:8080", "http://127.0.0.1.evil"]
)
def test_a_webhook_needs_an_https_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    with pytest.raises(SettingsError) as fault:
        read(monkeypatch, telegram_mode="webhook", telegram_token=TOKEN, public_url=address)
    assert str(fault.value) == (
        "LOTSE_PUBLIC_URL: it must be an https address for LOTSE_TELEGRAM_MODE=webhook, "
        "for example https://lotse.example.org."
    )


@pytest.mark.parametrize(
    "address",
    ["https://lotse.example.org/bot/", "http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost:8080"],
)
def test_a_webhook_may_be_on_this_machine(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    settings = read(monkeypatch, telegram_mode="webhook", telegram_token=TOKEN, public_url=address)
    assert (settings.telegram_mode, settings.public_url) == ("webhook", address.rstrip("/"))


def test_polling_is_the_default_and_needs_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, telegram_token=TOKEN).telegram_mode == "polling"


def test_an_unknown_way_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"^LOTSE_TELEGRAM_MODE: .*'polling' or 'webhook'.$"):
        read(monkeypatch, telegram_mode="push")


def test_the_web_server_on_this_machine_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch).proxies == ["127.0.0.1", "::1"]


def test_web_servers_elsewhere_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, trusted_proxies=" 10.0.0.7  172.16.0.0/12 fd00::/8").proxies == [
        "10.0.0.7",
        "172.16.0.0/12",
        "fd00::/8",
    ]
    assert read(monkeypatch, trusted_proxies="").proxies == []


@pytest.mark.parametrize("wrong", ["*", "proxy.example.org", "10.0.0.7,10.0.0.8", "10.0.0.7/8"])
def test_anybody_is_believed_nowhere(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    with pytest.raises(SettingsError, match=r"^LOTSE_TRUSTED_PROXIES: .* 172\.16\.0\.0/12\.$"):
        read(monkeypatch, trusted_proxies=wrong)

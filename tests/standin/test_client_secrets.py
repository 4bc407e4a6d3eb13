import pytest

from kiosk.standin.client_secrets import ClientSecrets
from kiosk.standin.configuration import default_session
from kiosk.standin.wire import RefusedError


def test_a_secret_starts_calls_until_it_expires() -> None:
    now = 1000.0
    minted = ClientSecrets(lambda: now)
    secret = minted.mint(default_session(), 10)
    assert secret.value.startswith("ek_")
    assert secret.expires_at == 1010
    assert minted.redeem(secret.value) is secret
    assert minted.redeem(secret.value) is secret
    now = 1010.0
    with pytest.raises(RefusedError, match="expired") as refused:
        minted.redeem(secret.value)
    assert refused.value.status == 401


def test_foreign_secrets_are_refused_and_none_shows_in_a_repr() -> None:
    minted = ClientSecrets(lambda: 0.0)
    secret = minted.mint(default_session())
    assert secret.value not in repr(secret)
    for value in ("", "ek_foreign", "sk-key"):
        with pytest.raises(RefusedError) as refused:
            minted.redeem(value)
        assert (refused.value.status, refused.value.code) == (401, "invalid_api_key")

"""Forms that a passkey answers. What is no answer of a passkey is refused in one line, whatever is wrong with it."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm

from fanal.web.errors import WrongPasskey

_BROKEN = (ValueError, TypeError, LookupError, AttributeError)


class SignInPasskey(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """At sign-in."""

    def clean_credential(self) -> Any:
        """Raises WrongPasskey."""
        try:
            return super().clean_credential()
        except _BROKEN as e:
            raise WrongPasskey from e


class AgainPasskey(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Once more, before second factors are changed."""

    def clean_credential(self) -> Any:
        """Raises WrongPasskey."""
        try:
            return super().clean_credential()
        except _BROKEN as e:
            raise WrongPasskey from e


class NewPasskey(AddWebAuthnForm):  # type: ignore[misc]
    """Adding one."""

    def clean(self) -> Any:
        """Raises WrongPasskey."""
        try:
            return super().clean()
        except _BROKEN as e:
            raise WrongPasskey from e

"""Addresses of second factors: those of django-allauth that the desk offers, under the names that it knows them by."""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, path

from fanal.web.views import factors

urlpatterns: list[URLPattern] = [
    path("", factors.index, name="mfa_index"),
    path("", factors.index, name="mfa_list_webauthn"),
    path("authenticate/", base.authenticate, name="mfa_authenticate"),
    path("again/", base.reauthenticate, name="mfa_reauthenticate"),
    path("authenticator/", totp.activate_totp, name="mfa_activate_totp"),
    path("authenticator/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("passkey/", factors.options, name="passkey_options"),
    path("passkey/again/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkey/add/", factors.add, name="mfa_add_webauthn"),
    path("passkey/<int:pk>/remove/", factors.remove, name="mfa_remove_webauthn"),
]

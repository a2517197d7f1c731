"""Django settings of the desk: the case store's, and what a site needs. The node comes from FANAL_NODE.

`fanal serve` sets FANAL_NODE, FANAL_DATABASE and FANAL_DESK_SECRET for the processes that it starts.
"""

import os
from pathlib import Path

from csp.constants import SELF

from fanal.base.language import LANGUAGES as SPOKEN
from fanal.base.language import LOCALE_DIR
from fanal.cases.settings import DATABASES as STORE
from fanal.cases.settings import DEFAULT_AUTO_FIELD, TIME_ZONE, USE_TZ
from fanal.web.agency_settings import AGENCY_APPS, agency_rules, providers

__all__ = ["DATABASES", "DEFAULT_AUTO_FIELD", "TIME_ZONE", "USE_TZ"]

_HERE = Path(__file__).parent
_HTTPS = os.environ.get("FANAL_DESK_HTTPS", "") == "1"
_NAMES = {"en": "English", "fr": "Français", "es": "Español", "de": "Deutsch", "nl": "Nederlands"}

# A thread keeps its connection for a while: to open one takes longer than most of what a page asks.
DATABASES = {"default": {**STORE["default"], "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
SECRET_KEY = os.environ.get("FANAL_DESK_SECRET", "no session is signed with it")
DESK_NAME = os.environ.get("FANAL_DESK_NAME", "localhost")  # passkeys belong to it
ALLOWED_HOSTS = os.environ.get("FANAL_DESK_HOSTS", "localhost,127.0.0.1").split(",")
INSTALLED_APPS = [
    "fanal.cases",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "fanal.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "fanal.web.middleware.Desk",
]
ROOT_URLCONF = "fanal.web.urls"
WSGI_APPLICATION = "fanal.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fanal.web.context.everywhere",
            ],
            "builtins": ["fanal.web.templatetags.desk"],
        },
    }
]

AUTH_USER_MODEL = "desk.DeskUser"
AUTHENTICATION_BACKENDS = ["fanal.web.officers.OfficerBackend"]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/sign-in/"
ACCOUNT_ADAPTER = "fanal.web.officers.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "service_number"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # nobody signs up; it says that there are pass phrases
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "fanal.web.officers.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Fanal"
MFA_FORMS = {
    "authenticate_webauthn": "fanal.web.passkey_forms.SignInPasskey",
    "reauthenticate_webauthn": "fanal.web.passkey_forms.AgainPasskey",
    "add_webauthn": "fanal.web.passkey_forms.NewPasskey",
}
MFA_TOTP_TOLERANCE = 1  # clocks of a closed network drift; a code counts once all the same

# Shared by all processes: which codes were used, and who tries too often.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "desk_cache"}}

SESSION_ENGINE = "fanal.web.sessions"  # how long one lasts stands in the node's settings
# Sealed files alone are uploaded; their size is bounded while they come in.
FILE_UPLOAD_HANDLERS = ["fanal.web.uploads.Bounded"]
FILE_UPLOAD_TEMP_DIR = str(Path(os.environ.get("FANAL_NODE", "."), "scratch"))

# Long work waits in the database for the node's worker.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "fanal.web.views.session.stale"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

# Officers may sign in at their agency's own provider, where the node's settings name one.
OIDC = agency_rules(os.environ.get("FANAL_DESK_OIDC", ""))
if OIDC:
    INSTALLED_APPS += AGENCY_APPS
    SOCIALACCOUNT_PROVIDERS = providers(OIDC, Path(os.environ.get("FANAL_NODE", ".")))
    SOCIALACCOUNT_ADAPTER = "fanal.web.agency.AgencyAdapter"
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(OIDC.origin)
    ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _HTTPS else "http"

LANGUAGE_CODE = "en"
LANGUAGES = [(code, _NAMES[code]) for code in SPOKEN]
LOCALE_PATHS = [LOCALE_DIR]
LANGUAGE_COOKIE_SAMESITE = "Strict"

STATIC_URL = "/static/"
STATICFILES_DIRS = [_HERE / "static"]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING"}},
}

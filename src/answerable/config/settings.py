"""Django's settings. What an operator may set is in env.py."""

from __future__ import annotations

from pathlib import Path

from . import env
from .swap_sqlite import swap

swap()

BASE = Path(__file__).resolve().parent.parent
DEBUG = env.flag("ANSWERABLE_DEBUG")
SECRET_KEY = env.secret_key()
ALLOWED_HOSTS = [host.strip() for host in env.text("ANSWERABLE_HOSTS").split(",") if host.strip()]
HTTPS = env.flag("ANSWERABLE_HTTPS")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "answerable.register",
    "answerable.safeguards",
    "answerable.places",
    "answerable.access",
    "answerable.web",
    "answerable.evidence",
    "answerable.disclosure",
    "answerable.programme",
    "answerable.projects",
    "answerable.assets",
    "answerable.money",
    "answerable.promises",
    "answerable.listening",
    "answerable.surveys",
    "answerable.results",
    "answerable.verification",
    "answerable.rollups",
    "answerable.handover",
    "answerable.following",
    "answerable.trust",
    "answerable.oversight",
    "answerable.lake",
    "answerable.annual",
    "answerable.opendata",
    "answerable.config",
]

MIDDLEWARE = [
    "answerable.web.middleware.forget_the_visitor",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "answerable.web.middleware.small_on_the_wire",
    "answerable.web.middleware.desk_only_sessions",
    "answerable.web.middleware.page_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "answerable.web.middleware.problems_become_pages",
    "answerable.web.middleware.page_headers",
]

ROOT_URLCONF = "answerable.config.urls"
WSGI_APPLICATION = "answerable.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.app_directories.Loader"])
            ],
            "context_processors": ["answerable.web.context.page"],
            "builtins": ["answerable.web.templatetags.web"],
        },
    }
]

DATABASES = {"default": env.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Staff"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "access:sign-in"

USE_TZ = True
TIME_ZONE = env.time_zone()
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
STATIC_ROOT = env.static_folder()

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_PATH = "/desk/"
SESSION_COOKIE_NAME = "desk"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "form"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "answerable.web.views.form_token_refused"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not no-referrer: browsers then send `Origin: null` with forms, which no CSRF check can accept.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = False
X_FRAME_OPTIONS = "DENY"
PICTURE_MB = env.number("ANSWERABLE_PICTURE_MB", least=1, most=100)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
FILE_UPLOAD_HANDLERS = [
    "answerable.web.uploads.AtTheDeskOnly",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# All files of one form together: twelve of the largest pictures, or one long document.
UPLOAD_MOST_OCTETS = 12 * PICTURE_MB * 1_000_000 + DATA_UPLOAD_MAX_MEMORY_SIZE

PROGRAMME_NAME = env.text("ANSWERABLE_NAME")
CODE_MEMORY_KIB = env.number("ANSWERABLE_CODE_MEMORY_KIB", least=19_456, most=4_194_304)
CODE_PASSES = env.number("ANSWERABLE_CODE_PASSES", least=2, most=100)
TRIES_A_MINUTE = env.number("ANSWERABLE_TRIES_A_MINUTE", least=1)
SESSIONS_A_MONTH = env.number("ANSWERABLE_SESSIONS_A_MONTH", least=1)
PROJECT_SILENCE_DAYS = env.number("ANSWERABLE_PROJECT_SILENCE_DAYS", least=1, most=365)
RESIDENTS_WORD_DAYS = env.number("ANSWERABLE_RESIDENTS_WORD_DAYS", least=1, most=365)
PICTURE_MEGAPIXELS = env.number("ANSWERABLE_PICTURE_MEGAPIXELS", least=2, most=500)
OPENDATA_FOLDER = env.data_folder() / "opendata"
IATI_ORG = env.coded("ANSWERABLE_IATI_ORG", r"[^\s/&|?]{3,60}", "XM-DAC-12345")
IATI_ORG_TYPE = env.coded("ANSWERABLE_IATI_ORG_TYPE", r"[0-9]{2}", "10")
IATI_COUNTRY = env.coded("ANSWERABLE_IATI_COUNTRY", r"[A-Z]{2}", "BD")
IATI_SECTOR = env.coded("ANSWERABLE_IATI_SECTOR", r"[0-9]{5}", "43040")
EMERGENCY_NUMBER = env.text("ANSWERABLE_EMERGENCY")
CLOCK_FILE = env.text("ANSWERABLE_CLOCK")
# The demo has a database of its own beside yours, so it has a folder of its own as well: sweeping goes by the database.
_demo = "demo-" if CLOCK_FILE else ""
# What the register publishes; what wraps secrets and signs receipts; where its signer listens (a process of its own).
REGISTER_FOLDER = env.data_folder() / f"{_demo}register"
KEYS_FOLDER = env.keys_folder() / f"{_demo}keys"
REGISTER_SIGNER = env.signer_socket(_demo)
REGISTER_ORIGIN = env.coded(
    "ANSWERABLE_REGISTER_ORIGIN", r"[a-z0-9.:-]+(?:/[a-z0-9._-]+)*", "register.example.org/log"
)
KEEP_WORDS_DAYS = env.number("ANSWERABLE_KEEP_WORDS_DAYS", least=0, most=36_500)
REGISTER_HOUR = env.number("ANSWERABLE_REGISTER_HOUR", most=23)
REGISTER_WITNESSES = env.witnesses()
REGISTER_NO_WITNESSES = env.no_witnesses()
EVIDENCE_FOLDER = env.data_folder() / ("demo-evidence" if CLOCK_FILE else "evidence")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_request": {"()": "answerable.web.logs.DropRequest"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_request"]},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Anybody can send a wrong host or too many bytes; each would write a traceback. django.request has a line.
        "django.security": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}

"""Django settings. Everything an installation may set comes from FORECOURT_* variables."""

import os
from datetime import timedelta
from pathlib import Path

from forecourt.platform.databases import databases

PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parents[1]

FORECOURT_DEMO = os.environ.get("FORECOURT_DEMO") == "1"
FORECOURT_METHODOLOGY = Path(os.environ.get("FORECOURT_METHODOLOGY", CHECKOUT / "methodology"))
if not FORECOURT_METHODOLOGY.exists():
    FORECOURT_METHODOLOGY = PACKAGE / "methodology"
FORECOURT_LINK_LIFETIME = timedelta(days=90)
FORECOURT_MAX_UPLOAD = 5 * 1024 * 1024

DEBUG = os.environ.get("FORECOURT_DEBUG") == "1"
SECRET_KEY = os.environ.get("FORECOURT_SECRET_KEY", "")
if not SECRET_KEY:
    # A process that was started outside the supervisor gets a key of its own: sessions end with it, nothing leaks.
    SECRET_KEY = os.urandom(32).hex()
ALLOWED_HOSTS = os.environ.get("FORECOURT_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("FORECOURT_ORIGINS", "").split(",") if origin]

ROOMS = [
    "platform", "journal", "network", "people", "journeys",
    "demand", "sales", "supply", "delivery", "care", "settlement", "voice",
    "insight",
    "web",
]  # fmt: skip
INSTALLED_APPS = [
    # Ours first: our templates and words go before those of the libraries.
    *(f"forecourt.{room}" for room in ROOMS if (PACKAGE / room / "apps.py").exists()),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "forecourt.web.urls"
WSGI_APPLICATION = "forecourt.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "forecourt.web.templatetags.forecourt"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "forecourt.web.context.layout",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASES = databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MIGRATION_MODULES: dict[str, str] = {}

AUTH_USER_MODEL = "platform.User"
AUTHENTICATION_BACKENDS = [
    "forecourt.platform.signin.Accounts",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "forecourt.platform.signin.ClosedSignup"
SOCIALACCOUNT_ADAPTER = "forecourt.platform.signin.ClosedSocialSignup"

SESSION_ENGINE = "forecourt.platform.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("FORECOURT_HTTPS") == "1":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = FORECOURT_MAX_UPLOAD
FILE_UPLOAD_MAX_MEMORY_SIZE = FORECOURT_MAX_UPLOAD
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
# The ground floor knows no Django and the API is no app; their words are found here.
LOCALE_PATHS = [
    PACKAGE / room / "locale"
    for room in ("exchange", "base", "playbook", "api")
    if (PACKAGE / room / "locale").is_dir()
]

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("FORECOURT_STATIC_ROOT", PACKAGE / "web" / "static"))
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"/web/build/.+-[0-9A-Z]{8}\.\w+$"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("FORECOURT_LOG", "WARNING")},
}

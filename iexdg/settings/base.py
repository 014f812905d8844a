"""What every environment shares. Nothing here knows where the database or the broker is."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from iexdg.settings import env

BASE_DIR = Path(__file__).resolve().parents[2]

DEBUG = False
ROOT_URLCONF = "iexdg.urls"
ASGI_APPLICATION = "iexdg.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "team.Member"
SITE_ID = 1

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "lucide",
    "iexdg.ui",
    "iexdg.team",
    "iexdg.team.audit",
    "iexdg.connections",
    "iexdg.workspaces",
    "iexdg.operations",
    "iexdg.incidents",
    "iexdg.workspace_objects",
    "campaigns",
    "iexdg.mailboxes",
    "leads",
    "iexdg.placement",
    "iexdg.supersearch",
    "iexdg.blueprints",
    "iexdg.rehearsals",
    "iexdg.golive",
    "iexdg.webhooks",
    "iexdg.inbox",
    "iexdg.crm",
    "iexdg.analytics",
]

MIDDLEWARE = [
    "iexdg.ui.client_address.ClientAddressMiddleware",
    "iexdg.operations.middleware.SafeStartMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "iexdg.ui.middleware.NulMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "iexdg.team.middleware.SessionLimitsMiddleware",
    "iexdg.workspaces.middleware.WorkspaceMiddleware",
    "iexdg.team.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "iexdg.ui.middleware.VaryByHtmxMiddleware",
    "iexdg.ui.middleware.MemberTimeZoneMiddleware",
    "iexdg.ui.kept_input.KeptInputMiddleware",
    "iexdg.workspaces.middleware.ChangesMiddleware",
    "iexdg.workspaces.middleware.NotConnectedMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "iexdg.workspaces.context.workspace_bar",
                "iexdg.workspaces.context.switcher",
                "iexdg.workspaces.context.changes",
                "campaigns.context.alarms",
                "iexdg.workspaces.frame_counts.frame_counts",
            ],
            "builtins": ["iexdg.ui.templatetags.ui", "iexdg.ui.templatetags.lists", "lucide.templatetags.lucide"],
        },
    },
]

SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")

# -- people ------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["iexdg.team.backends.MemberBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "iexdg.team.password_rules.NotLikeThePerson",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "iexdg.team.password_rules.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "iexdg.team.password_rules.NotCommon"},
    {"NAME": "iexdg.team.password_rules.NotOnlyDigits"},
]
LOGIN_URL = "account_login"
CSRF_FAILURE_VIEW = "iexdg.ui.kept_input.form_too_old"
LOGIN_REDIRECT_URL = "campaigns:control-room"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "iexdg.team.accounts.ClosedAccountAdapter"
# Failures only, except "login", which keeps the hashing of passwords from occupying the machine. The reasoning is in
# docs/security.md; `iexdg/team/sign_in_limits.py` applies those that begin with "sign_in".
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "100/5m/ip,5/5m/key",
    "sign_in_known_browser": "10/5m/key",
    "sign_in_name_at_address": "5/5m/key",
    "sign_in_name": "30/5m/key",
    "sign_in_address": "100/5m/key",
    "reset_password": "20/m/ip,3/10m/key",
}
# A password or a second factor given within this time counts as signed in again.
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.integer("SIGN_IN_AGAIN_S", 900, minimum=1)
# A link to set a new password.
PASSWORD_RESET_TIMEOUT = 3600
MFA_ADAPTER = "iexdg.team.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
ACCOUNT_FORMS = {
    "login": "iexdg.team.account_forms.SignInForm",
    "reauthenticate": "iexdg.team.account_forms.SignInAgainForm",
    "change_password": "iexdg.team.account_forms.NewPasswordForm",
    "reset_password_from_key": "iexdg.team.account_forms.PasswordByLinkForm",
}
MFA_FORMS = {
    "deactivate_totp": "iexdg.team.account_forms.RemoveAppForm",
    "generate_recovery_codes": "iexdg.team.account_forms.NewRecoveryCodesForm",
    "edit_webauthn": "iexdg.team.passkey_forms.RenamePasskeyForm",
    "activate_totp": "iexdg.team.code_forms.ActivateAppForm",
    "authenticate": "iexdg.team.code_forms.EnterCodeForm",
    "reauthenticate": "iexdg.team.code_forms.EnterCodeAgainForm",
    "add_webauthn": "iexdg.team.passkey_forms.AddPasskeyForm",
    "authenticate_webauthn": "iexdg.team.passkey_forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "iexdg.team.passkey_forms.ReauthenticatePasskeyForm",
}
MFA_TOTP_ISSUER = "IEXDG Outreach"
# The code before and after the current one: clocks of phones differ.
MFA_TOTP_TOLERANCE = 1
# Without being used for so long, and in any case after so long, a member signs in again.
SESSION_IDLE_S = env.integer("SESSION_IDLE_S", 12 * 3600, minimum=60)
SESSION_MAX_S = env.integer("SESSION_MAX_S", 7 * 24 * 3600, minimum=60)
SESSION_COOKIE_AGE = SESSION_MAX_S
SESSION_SERIALIZER = "iexdg.team.encryption.SessionSerializer"
# Whose X-Forwarded-For and X-Forwarded-Proto are believed.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# -- words, time, files ------------------------------------------------------------------------
LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "iexdg.ui.staticfiles.WheelFileFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# No page names a file without its hash, and compressing both copies is half of the time that `prepare` takes.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Uploads go to a temporary file at once: a 100 MB sheet is never held in memory.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
UPLOAD_MAX_BYTES = 100 * 1024 * 1024

# -- browser safety ----------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

# -- Instantly ---------------------------------------------------------------------------------
INSTANTLY_API_KEY_FILE = env.text("INSTANTLY_API_KEY_FILE", "")
INSTANTLY_API_KEY = env.text("INSTANTLY_API_KEY", "")
SANDBOX_PORT = env.integer("SANDBOX_PORT", 8900, minimum=1)
SANDBOX_API_KEY = "sandbox-key"
SANDBOX_MATON_KEY = "maton-key"
# How many workspaces the demo has: the second is reached through the sandbox's Maton gateway.
DEMO_WORKSPACES = env.integer("DEMO_WORKSPACES", 2, minimum=1)
# Without a key the product uses the built-in sandbox.
USES_SANDBOX = not (INSTANTLY_API_KEY_FILE or INSTANTLY_API_KEY)
# Where links to Instantly's own app lead; nothing is read or written there.
INSTANTLY_APP_URL = env.text("INSTANTLY_APP_URL", "https://app.instantly.ai")
INSTANTLY_BASE_URL = env.text(
    "INSTANTLY_BASE_URL",
    f"http://127.0.0.1:{SANDBOX_PORT}" if USES_SANDBOX else "https://api.instantly.ai",
)

MATON_API_KEY_FILE = env.text("MATON_API_KEY_FILE", "")
# For commands; a connection that is made with it is stored with its own copy.
MATON_API_KEY = env.text("MATON_API_KEY", "")
# The Maton gateway that commands use unless they are given another one.
MATON_BASE_URL = env.text(
    "MATON_BASE_URL", f"{INSTANTLY_BASE_URL.rstrip('/')}/maton" if USES_SANDBOX else "https://api.maton.ai"
)
# An address that an admin types in must be a public one. A gateway inside your network: its host is named here.
CONNECTION_ALLOWED_HOSTS = env.words("CONNECTION_ALLOWED_HOSTS")

# -- GoHighLevel -------------------------------------------------------------------------------
# Without a token the sandbox's location is that of the environment's workspace; others are connected under CRM.
_GHL_TOKEN = env.secret("GHL_TOKEN") or ""
USES_SANDBOX_CRM = USES_SANDBOX and not _GHL_TOKEN
GHL_TOKEN = "pit-sandbox" if USES_SANDBOX_CRM else _GHL_TOKEN
GHL_LOCATION_ID = env.text("GHL_LOCATION_ID", "g06SNmC4KC3AkbW7Vrj8" if USES_SANDBOX_CRM else "")
GHL_BASE_URL = env.text(
    "GHL_BASE_URL",
    f"{INSTANTLY_BASE_URL.rstrip('/')}/ghl" if USES_SANDBOX_CRM else "https://services.leadconnectorhq.com",
).rstrip("/")
# Where people open a contact; nothing is asked of it. "none" shows no link. The default is no documented address of the
# vendor: docs/api/gohighlevel-facts.md §1.
GHL_CONTACT_URL = env.text(
    "GHL_CONTACT_URL",
    f"{GHL_BASE_URL.removesuffix('/ghl')}/_sandbox/crm"
    if USES_SANDBOX_CRM
    else "https://app.gohighlevel.com/v2/location/{location}/contacts/detail/{contact}",
)
# Our app at GoHighLevel; without one, a location is connected by its token alone.
GHL_CLIENT_ID = env.text("GHL_CLIENT_ID", "sandbox-app" if USES_SANDBOX_CRM else "")
GHL_CLIENT_SECRET = env.secret("GHL_CLIENT_SECRET") or ("sandbox-secret" if USES_SANDBOX_CRM else "")
GHL_AUTHORISE_URL = env.text(
    "GHL_AUTHORISE_URL",
    f"{GHL_BASE_URL}/v2/oauth/chooselocation"
    if USES_SANDBOX_CRM
    else "https://marketplace.gohighlevel.com/v2/oauth/chooselocation",
)

# -- limits and intervals (seconds unless noted otherwise) --------------------------------------
VERIFY_POLL_S = env.number("VERIFY_POLL_S", 7.0, minimum=0.05)
VERIFY_GIVE_UP_S = env.number("VERIFY_GIVE_UP_S", 30.0 if USES_SANDBOX else 900.0, minimum=0.1)
VERIFY_THREADS = env.integer("VERIFY_THREADS", 32, minimum=1)
RECEIPT_LIFE_DAYS = env.integer("RECEIPT_LIFE_DAYS", 30, minimum=1)
CREDIT_PRICE = env.text("CREDIT_PRICE", "0.25")
# What an address costs that is verified in a list; Instantly does not report it. Source: instantly-facts.md §5.
LIST_CREDIT_PRICE = env.text("LIST_CREDIT_PRICE", "1")
LOAD_BATCH_ROWS = env.integer("LOAD_BATCH_ROWS", 1000, minimum=1)
SETTLE_WATCH_S = env.number("SETTLE_WATCH_S", 1200.0)
SETTLE_READ_EVERY_S = env.number("SETTLE_READ_EVERY_S", 15.0, minimum=0.05)
# How many processes serve each queue; every workspace may use an equal part of them, at least one.
WORKER_PROCESSES = env.integer("WORKER_PROCESSES", 2, minimum=1)
SCAN_INTERVAL_S = env.number("SCAN_INTERVAL_S", 15.0 if USES_SANDBOX else 60.0, minimum=1)
SYNC_INTERVAL_S = env.number("SYNC_INTERVAL_S", 60.0 if USES_SANDBOX else 300.0, minimum=5)
INBOX_INTERVAL_S = env.number("INBOX_INTERVAL_S", 15.0 if USES_SANDBOX else 30.0, minimum=5)
KILL_SWITCH = env.flag("KILL_SWITCH", default=False)
BLIND_PAUSE_MIN = env.number("BLIND_PAUSE_MIN", 0.0)
IMPORT_LEASE_S = env.number("IMPORT_LEASE_S", 20.0, minimum=1)
APPROVAL_LIFE_H = env.integer("APPROVAL_LIFE_H", 24, minimum=1)
COMPANY_LIMIT = env.integer("COMPANY_LIMIT", 3, minimum=1)
# How old the stamps may be that open pages compare, each every 3 s; in every web process.
CHANGES_LIFE_S = 0.5
API_LIMIT_PER_S = env.number("API_LIMIT_PER_S", 99.0, minimum=0.1)

# -- notifications: without a mail server or a webhook that channel is off, and the pages show it ---
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.integer("EMAIL_PORT", 587, minimum=1)
EMAIL_HOST_USER = env.text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_PASSWORD") or ""
# Port 465 speaks TLS from the first byte, every other one after STARTTLS.
_EMAIL_TLS = env.flag("EMAIL_TLS", default=True)
EMAIL_USE_SSL = _EMAIL_TLS and EMAIL_PORT == 465
EMAIL_USE_TLS = _EMAIL_TLS and not EMAIL_USE_SSL
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "IEXDG Outreach <outreach@localhost>")
NOTIFY_WEBHOOK_URL = env.secret("NOTIFY_WEBHOOK_URL") or ""
WEBHOOK_ALLOWED_HOSTS = env.words("WEBHOOK_ALLOWED_HOSTS")
PUBLIC_URL = env.text("PUBLIC_URL", "")

# -- Celery: ids only, everything may run twice, losing the broker loses nothing ------------------
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_DEFAULT_QUEUE = "bulk"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # A web request must not hang when the broker is down: the sweep finds the row later.
    "socket_connect_timeout": 2,
    "retry_policy": {"max_retries": 1},
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
CELERY_BEAT_SCHEDULER = "iexdg.operations.scheduler:HeartbeatScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 2

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "refusals": {"()": "iexdg.operations.refusals.RefusalFilter"},
        "redact": {"()": "iexdg.clients.http.redaction.RedactingFilter"},
    },
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["refusals", "redact"], "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        # What it leaves out of the font, glyph by glyph, would be the first thing that a new installation prints.
        "fontTools": {"level": "WARNING"},
        "iexdg.clients": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        # A message that expired is no news: the next tick has sent another.
        "celery.worker.request": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # Each attempt to connect would be a line; the final error reports it once.
        "psycopg.pool": {"level": "ERROR"},
    },
}

"""For pytest: a throw-away database, tasks that are only recorded, short waits."""

import tempfile
from pathlib import Path

from iexdg.settings import cache, databases, env
from iexdg.settings.base import *  # noqa: F403

SECRET_KEY = "only-for-tests"  # noqa: S105
MATON_API_KEY = MATON_API_KEY_FILE = ""
FIELD_KEYS = ["b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMTI="]
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
VAR_DIR = Path(tempfile.mkdtemp(prefix="iexdg-test-"))
PORT = 8000
DATABASE_URL = env.text("TEST_DATABASE_URL", "")
DATABASES = {
    "default": databases.from_url(DATABASE_URL) if DATABASE_URL else databases.sqlite(VAR_DIR / "outreach.sqlite3")
}
REDIS_URL = "unix:///nowhere.sock"
OWN_BROKER = False
CELERY_BROKER_URL = "memory://"
CACHES = {
    "default": cache.DATABASE,
    "shared": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "shared"},
    "process": cache.PROCESS,
}
# Hashed names would need collectstatic before every test run.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir()
MEDIA_ROOT = VAR_DIR / "files"
VERIFY_POLL_S = 0.05
VERIFY_GIVE_UP_S = 1.0
SETTLE_WATCH_S = 0.0
# Tests turn channels on themselves; nothing is sent to the channels of the developer's own environment.
EMAIL_HOST = ""
NOTIFY_WEBHOOK_URL = ""
PUBLIC_URL = ""
# What a test changes is seen by the next request.
CHANGES_LIFE_S = 0.0

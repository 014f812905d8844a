"""Distributed: everything from the environment; refuses to start where something is missing."""

from pathlib import Path

from iexdg.settings import cache, databases, env
from iexdg.settings.base import *  # noqa: F403

SECRET_KEY = env.secret("SECRET_KEY") or env.text("SECRET_KEY")
# Without one no key of a connection can be stored; everything else works.
FIELD_KEYS = env.fernet_keys("FIELD_KEYS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [env.text("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
PORT = env.integer("PORT", 8000, minimum=1)

DATABASE_URL = env.text("DATABASE_URL")
DATABASES = {"default": databases.from_url(DATABASE_URL)}
REDIS_URL = env.text("REDIS_URL")
OWN_BROKER = False
CELERY_BROKER_URL = REDIS_URL
CACHES = cache.aliases(REDIS_URL)

VAR_DIR = Path(env.text("VAR_DIR", "/var/lib/outreach"))
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static")))
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploading"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)

# Behind a TLS-ending proxy, which TRUSTED_PROXIES names; HTTPS=0 is for a rehearsal on a closed network only.
HTTPS = env.flag("HTTPS", default=True)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0

"""Embedded: one machine, one folder (VAR_DIR) that holds the database, the broker's socket and every file."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet

from iexdg.settings import cache, databases, env
from iexdg.settings.base import *  # noqa: F403

VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()  # noqa: F405
VAR_DIR.mkdir(parents=True, exist_ok=True)
PORT = env.integer("PORT", 8000, minimum=1)

# A socket path is limited to 107 bytes by the kernel; a deep VAR_DIR gets a short one derived from it.
_MAX_SOCKET_PATH = 100


def _broker_socket() -> Path:
    inside = VAR_DIR / "broker.sock"
    if len(str(inside).encode()) <= _MAX_SOCKET_PATH:
        return inside
    digest = hashlib.sha256(str(VAR_DIR).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"iexdg-{os.getuid()}-{digest}.sock"


def _own_key(name: str, make: Callable[[], str]) -> str:
    """Create a key once and store it in VAR_DIR, readable by the owner only."""
    path = VAR_DIR / name
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    key = make()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
    return key


SECRET_KEY = env.secret("SECRET_KEY") or _own_key("secret_key", lambda: secrets.token_urlsafe(50))
FIELD_KEYS = env.fernet_keys("FIELD_KEYS") or [_own_key("field_key", lambda: Fernet.generate_key().decode())]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")

DATABASE_URL = env.text("DATABASE_URL", "")
DATABASES = {
    "default": databases.from_url(DATABASE_URL) if DATABASE_URL else databases.sqlite(VAR_DIR / "outreach.sqlite3")
}

BROKER_SOCKET = _broker_socket()
REDIS_URL = env.text("REDIS_URL", f"unix://{BROKER_SOCKET}")
OWN_BROKER = not os.environ.get("REDIS_URL", "").strip()
CELERY_BROKER_URL = f"redis+socket://{BROKER_SOCKET}" if OWN_BROKER else REDIS_URL
CACHES = cache.aliases(REDIS_URL)

STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_TEMP_DIR = VAR_DIR / "uploading"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)

# A passkey may be used at http://localhost, which browsers trust as much as https.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

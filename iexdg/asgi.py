"""The web application."""

import os

from django.core.asgi import get_asgi_application

from iexdg.celery import app as celery_app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iexdg.settings.dev")

application = get_asgi_application()

__all__ = ["application", "celery_app"]

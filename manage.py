#!/usr/bin/env python3
"""Django's command line for this project."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "iexdg.settings.dev")
    try:
        # Importing the Celery application binds every shared task to our broker.
        __import__("iexdg.celery")
    except (ImproperlyConfigured, OSError) as error:
        sys.exit(f"error: {error}")
    execute_from_command_line(sys.argv)

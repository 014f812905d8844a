# One image for every process. Build: docker compose build
FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=iexdg.settings.prod \
    VAR_DIR=/var/lib/outreach
# For `manage.py backup` and `restore`.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/outreach --create-home outreach
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY iexdg iexdg
COPY campaigns campaigns
COPY leads leads
COPY templates templates
COPY static static
COPY docs/runbook.md docs/runbook.md
# The sandbox's demo world has the campaigns of this blueprint.
COPY examples/campaign05.yaml examples/campaign05.yaml
USER outreach
VOLUME /var/lib/outreach
EXPOSE 8000
CMD ["uvicorn", "iexdg.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--lifespan", "off", "--no-access-log"]

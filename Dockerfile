# syntax=docker/dockerfile:1
# One image; which process a container is, is its command: http, signaling, media, scheduler, mail, migrate.

FROM node:22-bookworm-slim AS assets
WORKDIR /src/web/assets
COPY web/assets/package.json web/assets/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY web/ /src/web/
RUN node build.mjs

FROM python:3.11-slim-bookworm AS packages
WORKDIR /src
COPY requirements.lock ./
RUN python -m venv /opt/lazo && /opt/lazo/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin lazo \
    && install -d -o lazo -g lazo -m 0700 /data
ENV PATH=/opt/lazo/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 LAZO_DATA_DIR=/data
WORKDIR /app
COPY --from=packages /opt/lazo /opt/lazo
COPY alembic.ini ./
COPY kit kit
COPY domain domain
COPY api api
COPY web web
COPY signaling signaling
COPY media media
COPY scheduler scheduler
COPY migrations migrations
COPY cli cli
COPY --from=assets /src/web/static/dist web/static/dist
# Compiled here, for the tree is read-only when it runs.
RUN python -m kit.i18n_compile && python -m compileall -q /app
USER 10001
VOLUME /data
ENTRYPOINT ["python", "-m", "cli"]
CMD ["http"]

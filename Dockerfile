# One image for every role: hub front | work | relay | migrate. See compose.yaml.

# --- the wheel, by the pinned tools of requirements-dev.txt
FROM python:3.11-slim-bookworm AS wheel
WORKDIR /src
COPY requirements-dev.txt ./
RUN python -m venv /tools \
    && /tools/bin/pip install --no-cache-dir --require-hashes -r requirements-dev.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY hub ./hub
COPY adapters ./adapters
COPY schemas ./schemas
COPY config ./config
RUN /tools/bin/python -m build --wheel --no-isolation --outdir /dist

# --- what runs: pinned packages and the wheel, no compiler, no pip cache
FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /opt/hub \
    && /opt/hub/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.txt
COPY --from=wheel /dist /dist
RUN /opt/hub/bin/pip install --no-cache-dir --no-index --no-deps /dist/*.whl

FROM python:3.11-slim-bookworm
# pg_dump and pg_restore 15 for `hub backup` where the journal is PostgreSQL 15.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/hub --create-home hub
COPY --from=packages /opt/hub /opt/hub
ENV PATH=/opt/hub/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HUB_CONFIG=/etc/hub/hub.compose.yaml
COPY config /etc/hub
USER hub
WORKDIR /var/lib/hub
VOLUME /var/lib/hub
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s \
    CMD ["python", "-m", "hub", "check", "--live"]
ENTRYPOINT ["hub"]
CMD ["front"]

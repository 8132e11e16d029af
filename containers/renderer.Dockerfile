# The renderer: Chromium's headless shell on Mesa's llvmpipe, and nothing that speaks to a store.
ARG DEBIAN_IMAGE=debian:trixie-slim
FROM ${DEBIAN_IMAGE}
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
      python3 python3-venv curl ca-certificates chromium-headless-shell libegl1 libegl-mesa0 libgl1-mesa-dri \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin fractafrag
COPY containers/renderer.lock /build/
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt --mount=type=cache,target=/root/.cache/pip \
    python3 -m venv /venv \
 && PIP_CERT=/etc/ssl/certs/ca-certificates.crt /venv/bin/pip install --disable-pip-version-check -q -r /build/renderer.lock
COPY containers/__init__.py containers/manifest.py containers/serve.py /app/containers/
COPY shared/__init__.py shared/config.py shared/log.py shared/errors.py /app/shared/
COPY shared/player/ /app/shared/player/
COPY functions/__init__.py /app/functions/
COPY functions/renderer/ /app/functions/renderer/
RUN /venv/bin/python -m compileall -q /venv/lib /app
WORKDIR /app
USER 10001
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp
EXPOSE 3100
CMD ["python", "-m", "containers.serve", "renderer"]

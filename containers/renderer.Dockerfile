# The renderer: Chromium's headless shell on Mesa's llvmpipe, without any client of a store.
ARG DEBIAN_IMAGE=debian:trixie-slim
FROM ${DEBIAN_IMAGE}
# The secret `ca`, if it is not empty, holds the certificates of a registry mirror.
RUN --mount=type=secret,id=ca,target=/run/ca \
    if [ -s /run/ca ]; then ca="-o Acquire::https::CAInfo=/run/ca"; fi \
 && apt-get $ca update -qq && DEBIAN_FRONTEND=noninteractive apt-get $ca install -qq -y --no-install-recommends \
      python3 python3-venv curl chromium-headless-shell libegl1 libegl-mesa0 libgl1-mesa-dri \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin fractafrag
COPY containers/renderer.lock /build/
RUN --mount=type=secret,id=ca,target=/run/ca --mount=type=cache,target=/root/.cache/pip \
    python3 -m venv /venv && if [ -s /run/ca ]; then export PIP_CERT=/run/ca; fi \
 && /venv/bin/pip install --disable-pip-version-check --root-user-action ignore -q -r /build/renderer.lock \
 && /venv/bin/pip uninstall -q -y pip
COPY containers/__init__.py containers/manifest.py /app/containers/
COPY containers/runtime/__init__.py containers/runtime/refusals.py containers/runtime/serve.py containers/runtime/reload.py /app/containers/runtime/
COPY shared/__init__.py shared/errors.py shared/log.py shared/metrics.py shared/settings.py shared/settings_table.py /app/shared/
COPY shared/http/__init__.py shared/http/asgi.py /app/shared/http/
COPY shared/project/ /app/shared/project/
COPY shared/renders/__init__.py shared/renders/plan.py shared/renders/warnings.py /app/shared/renders/
COPY shared/player/ /app/shared/player/
COPY functions/__init__.py /app/functions/
COPY functions/renderer/ /app/functions/renderer/
RUN /venv/bin/python -m compileall -q /venv/lib /app && chmod -R a+rX /app
WORKDIR /app
USER 10001
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp
EXPOSE 3100
CMD ["python", "-m", "containers.runtime.serve", "renderer"]

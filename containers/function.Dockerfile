# The image of every function and worker; only the metadata FUNCTION differs.
ARG PYTHON_IMAGE=python:3.12-slim
FROM ${PYTHON_IMAGE} AS build
RUN python -m venv /venv
COPY requirements.lock /build/
# The secret `ca`, if it is not empty, holds the certificates of a registry mirror.
RUN --mount=type=secret,id=ca,target=/run/ca --mount=type=cache,target=/root/.cache/pip \
    if [ -s /run/ca ]; then export PIP_CERT=/run/ca; fi \
 && /venv/bin/pip install --disable-pip-version-check --root-user-action ignore -q -r /build/requirements.lock \
 && /venv/bin/pip uninstall -q -y pip
COPY containers/__init__.py containers/manifest.py /app/containers/
COPY containers/runtime/ /app/containers/runtime/
COPY db/ /app/db/
COPY shared/ /app/shared/
COPY functions/ /app/functions/
RUN rm -rf /app/functions/web /app/functions/renderer \
 && /venv/bin/python -m compileall -q /venv/lib /app && chmod -R a+rX /app

FROM ${PYTHON_IMAGE}
RUN --mount=type=secret,id=ca,target=/run/ca \
    if [ -s /run/ca ]; then ca="-o Acquire::https::CAInfo=/run/ca"; fi \
 && apt-get $ca update -qq && apt-get $ca install -qq -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/* \
 && rm -rf /usr/local/lib/python3*/site-packages/pip* /usr/local/bin/pip* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin fractafrag && install -d -o 10001 -g 10001 /renders
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER 10001
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
EXPOSE 8000
ARG FUNCTION
ENV FUNCTION=${FUNCTION}
CMD ["sh", "-c", "exec python -m containers.runtime.serve \"$FUNCTION\""]

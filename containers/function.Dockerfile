# Every function and worker: one image but for the last layer, which holds the function's name.
ARG PYTHON_IMAGE=python:3.12-slim
FROM ${PYTHON_IMAGE} AS build
RUN python -m venv /venv
COPY requirements.lock /build/
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt --mount=type=cache,target=/root/.cache/pip \
    PIP_CERT=/etc/ssl/certs/ca-certificates.crt /venv/bin/pip install --disable-pip-version-check -q -r /build/requirements.lock
COPY containers/ /app/containers/
COPY db/ /app/db/
COPY shared/ /app/shared/
COPY functions/ /app/functions/
RUN rm -rf /app/functions/web /app/functions/renderer /app/containers/local && /venv/bin/python -m compileall -q /venv/lib /app

FROM ${PYTHON_IMAGE}
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt \
    apt-get update -qq && apt-get install -qq -y --no-install-recommends curl ca-certificates && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin fractafrag && install -d -o fractafrag -g fractafrag /renders
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER 10001
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
STOPSIGNAL SIGTERM
EXPOSE 8000
ARG FUNCTION
ENV FUNCTION=${FUNCTION}
CMD ["sh", "-c", "exec python -m containers.serve \"$FUNCTION\""]

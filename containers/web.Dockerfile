# Development: the site from Vite's server, with the sources mounted over these.
ARG NODE_IMAGE=node:20-alpine
FROM ${NODE_IMAGE}
WORKDIR /src/functions/web
COPY functions/web/package.json functions/web/package-lock.json functions/web/.npmrc ./
RUN --mount=type=secret,id=ca,target=/run/ca --mount=type=cache,target=/root/.npm \
    if [ -s /run/ca ]; then export NODE_EXTRA_CA_CERTS=/run/ca; fi \
 && npm ci --no-audit --no-fund
COPY functions/web/ ./
COPY shared/player/ /src/shared/player/
COPY shared/project/*.json /src/shared/project/
RUN chmod -R a+rX /src/shared && find /src/functions/web -name node_modules -prune -o -exec chmod a+rX {} +
USER 10001
# Chokidar has to poll: a mount may report no changes.
ENV HOME=/tmp VITE_CACHE_DIR=/tmp/vite CHOKIDAR_USEPOLLING=1
EXPOSE 5173
CMD ["npx", "vite", "--configLoader", "runner", "--host", "0.0.0.0", "--port", "5173", "--strictPort"]

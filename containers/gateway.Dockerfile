# nginx with the built site. The base is Alpine's or Debian's.
ARG NODE_IMAGE=node:20-alpine
ARG NGINX_IMAGE=nginx:alpine
FROM ${NODE_IMAGE} AS site
WORKDIR /src/functions/web
COPY functions/web/package.json functions/web/package-lock.json functions/web/.npmrc ./
RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt --mount=type=cache,target=/root/.npm \
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt npm ci --no-audit --no-fund
COPY functions/web/ ./
COPY shared/player/ /src/shared/player/
RUN npm run build

FROM ${NGINX_IMAGE}
COPY gateway/ /gateway/
COPY --from=site /src/functions/web/dist/ /site/
EXPOSE 80
STOPSIGNAL SIGQUIT
ENTRYPOINT ["sh", "/gateway/entrypoint.sh"]
CMD []

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
COPY shared/project/*.json /src/shared/project/
# Compressed once here, for gzip_static.
RUN npm run build \
 && find dist -type f -size +1k \( -name '*.js' -o -name '*.css' -o -name '*.html' -o -name '*.svg' \) -exec gzip -9k {} +

FROM ${NGINX_IMAGE}
COPY gateway/ /gateway/
COPY --from=site /src/functions/web/dist/ /site/
# Readable by any user, whatever umask the files had; nginx writes only to /tmp.
RUN chmod -R a+rX /gateway /site
USER 10001
EXPOSE 80
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["sh", "/gateway/healthcheck.sh"]
ENTRYPOINT ["sh", "/gateway/entrypoint.sh"]
CMD []

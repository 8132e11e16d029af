#!/bin/sh
# Fills in the ${UPPER_CASE} words of the configuration for containers, and becomes nginx.
set -eu
case "${STORAGE_URL:-}" in s3:*) renders=s3 ;; *) renders=volume ;; esac
out=/etc/nginx/fractafrag
mkdir -p "$out/conf"
fill() {
  sed -e "s|\${GLOBAL}|daemon off; pid /run/nginx.pid;|" -e "s|\${CONF}|$out/conf|g" -e "s|\${TEMP_PATHS}||" \
    -e "s|\${ACCESS_LOG}|/dev/stdout|" -e "s|\${UPSTREAMS}|/gateway/upstreams.conf|" -e "s|\${LISTEN}|80|" \
    -e "s|\${RENDERS}|$renders|" -e "s|\${RENDERS_ROOT}|/renders|g" -e "s|\${SITE}|static|" -e "s|\${SITE_ROOT}|/site|g" "$1" >"$2"
}
for file in /gateway/conf/*.conf; do fill "$file" "$out/conf/${file##*/}"; done
fill /gateway/nginx.conf "$out/nginx.conf"
exec nginx -c "$out/nginx.conf"

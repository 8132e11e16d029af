#!/bin/sh
# Writes nginx's configuration from this folder and the settings in the environment to OUT, and execs nginx.
#   --check   only test the configuration      --fill   only write it
set -eu
here=$(cd "$(dirname "$0")" && pwd)
words=

fail() {
  printf 'gateway: %s\n' "$1" >&2
  exit 1
}

# word NAME VALUE: replaces ${NAME} in the configuration by the value.
word() {
  words="${words}s|\${$1}|$2|g
"
}

# setting NAME DEFAULT PATTERN MEANING: reads a setting, which has to match the whole pattern; empty means the default.
setting() {
  eval "value=\${$1:-\$2}"
  one_line=$(printf '%s' "$value" | tr '\n' '|')
  printf '%s\n' "$one_line" | grep -Eqx -- "$3" || fail "$1='$value' is no $4"
  eval "$1=\$value"
  word "$1" "$value"
}

# The name servers of this machine, as nginx writes addresses.
name_servers() {
  sed -nE 's/^nameserver[[:space:]]+([0-9A-Fa-f.:]+).*/\1/p' /etc/resolv.conf | sed 's/.*:.*/[&]/' | paste -sd ' ' -
}

# The networks that TRUSTED_PROXIES names.
trusted_networks() {
  set -f
  octet='(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
  four="$octet(\.$octet){3}(/(3[0-2]|[12]?[0-9]))?"
  six='[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:]*(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?'
  for entry in $(printf '%s' "${TRUSTED_PROXIES:-}" | tr , ' '); do
    if [ "$entry" = cloudflare ]; then
      grep -v '^#' "$here/cloudflare.txt"
    else
      printf '%s\n' "$entry" | grep -Ex "$four|$six" ||
        fail "TRUSTED_PROXIES: '$entry' is no address, no network, and not 'cloudflare'"
    fi
  done
}

trusted_conf() {
  for network in $1; do echo "set_real_ip_from $network;"; done
  echo 'geo $realip_remote_addr $from_proxy {'
  echo '    default 0;'
  for network in $1; do echo "    $network 1;"; done
  echo '}'
}

# Whether root may change its user: it has CAP_SETGID and CAP_SETUID.
may_change_user() {
  [ $((0x$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status) >> 6 & 3)) = 3 ]
}

address='((\[[0-9a-fA-F:]+\]|[0-9.]+|\*):)?[0-9]+'
path='/[^]|&\;"'"'"'${}[:space:]]*'
name='[a-z0-9.-]*'
setting OUT /tmp/gateway "$path" path
setting LISTEN 80 "$address" 'port, or address:port'
setting API_LISTEN off "$address|off" "port, address:port, or 'off'"
setting STATUS_LISTEN 127.0.0.1:8081 "$address|off" "port, address:port, or 'off'"
setting SITE static 'static|vite' "'static' or 'vite'"
setting SITE_ROOT /site "$path" path
setting RENDERS_ROOT /renders "$path" path
setting RESOLVER "$(name_servers)" '(([0-9.]+|\[[0-9a-fA-F:]+\])(:[0-9]+)? ?)+' "name server's address"
setting FUNCTION_PORT 8000 '[0-9]+' port
setting FUNCTION_SUFFIX '' "$name" "end of a host name"
setting FUNCTION_HOST '' "$name" "host name"
setting UPSTREAM_HOST client 'client|function' "'client' or 'function'"
setting WORKER_USER '' '[a-z0-9_-]*' "user's name"

case ${STORAGE_URL:-} in s3:*) word RENDERS s3 ;; *) word RENDERS volume ;; esac
case $UPSTREAM_HOST in client) word HOST '$http_host' ;; function) word HOST '$proxy_host' ;; esac
word HTTP_FUNCTION "${FUNCTION_HOST:-\$function}"
# nginx started as root runs its workers as the user it was built for; without the capabilities for that, they stay root.
if [ "$(id -u)" = 0 ] && [ -z "$WORKER_USER" ] && ! may_change_user; then WORKER_USER=root; fi
word USER "${WORKER_USER:+user $WORKER_USER;}"
networks=$(trusted_networks)

rm -rf "$OUT/conf" "$OUT/servers"
mkdir -p "$OUT/conf" "$OUT/servers"
cd "$here"
for file in nginx.conf conf/*.conf servers/*.conf; do sed "$words" "$file" >"$OUT/$file"; done
trusted_conf "$networks" >"$OUT/conf/trusted.conf"
if [ "$API_LISTEN" = off ]; then rm "$OUT/servers/api.conf"; fi
if [ "$STATUS_LISTEN" = off ]; then rm "$OUT/servers/status.conf"; fi

case ${1:-} in
  --fill) ;;
  --check) exec nginx -t -q -e stderr -p "$OUT/" -c "$OUT/nginx.conf" ;;
  *) exec nginx -e stderr -p "$OUT/" -c "$OUT/nginx.conf" ;;
esac

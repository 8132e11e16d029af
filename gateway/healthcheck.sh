#!/bin/sh
# Checks nginx's status server, with what the base image has: curl (Debian), BusyBox's wget (Alpine), or else bash.
port=${STATUS_LISTEN:-127.0.0.1:8081}
port=${port##*:}
url=http://127.0.0.1:$port/health
if command -v curl >/dev/null; then exec curl -fsS -m 3 -o /dev/null "$url"; fi
if command -v wget >/dev/null; then exec wget -q -O /dev/null "$url"; fi
exec bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "GET /health HTTP/1.0\r\n\r\n" >&3 &&
  read -r -t 3 -u 3 _ status _ && [ "$status" = 200 ]' bash "$port"

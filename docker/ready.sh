#!/bin/bash
# Health check: asks the service in this container whether it is ready. Plain bash, because the image has no curl.
set -euo pipefail

# Where the service listens on every address, it is asked on the loopback one.
host=${BIND%:*}
host=${host#[}
host=${host%]}
case $host in
0.0.0.0) host=127.0.0.1 ;;
::) host=::1 ;;
esac
exec 3<>"/dev/tcp/$host/${BIND##*:}"
printf 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 4 answer <&3
[[ $answer == "HTTP/1.1 200 "* ]]

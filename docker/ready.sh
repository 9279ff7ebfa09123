#!/bin/bash
# Health check: asks the service in this container whether it is ready. Plain bash, because the image has no curl.
set -euo pipefail

exec 3<>"/dev/tcp/127.0.0.1/${BIND##*:}"
printf 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 4 answer <&3
[[ $answer == "HTTP/1.1 200 "* ]]

#!/bin/sh
# The name that this script had in front of LiteLLM Proxy.
exec "$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)/start.sh" "$@"

#!/bin/sh
# Starts the web service: the chat page, in front of a gateway that runs on its own (see --help).
# Installs what is missing and builds the page when its sources are newer than the build.
set -eu
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in /*) self=$link ;; *) self=$(dirname "$self")/$link ;; esac
done
root=$(CDPATH= cd -- "$(dirname -- "$self")" && pwd)

for argument; do
  case $argument in
    --help | -h)
      # The text is the one that the service itself would print; it needs nothing installed.
      sed -n '/^export const usage = `/,/^`;/p' "$root/web/server/options.ts" | sed -e '1s/.*`//' -e '$d'
      exit 0
      ;;
  esac
done

# A relative --data is relative to where the caller is, so the folder is not changed.
if command -v node >/dev/null 2>&1; then node "$root/scripts/install/install.mjs" run; fi
. "$root/bin/find-bun.sh"
find_bun || { echo "start-web.sh: Bun could not be installed; run 'npm ci' in $root to see why." >&2; exit 1; }

"$root/scripts/build-web.sh"

# Bun reads the limit of concurrent outgoing requests once, from the environment, before any code runs.
export BUN_CONFIG_MAX_HTTP_REQUESTS="${BUN_CONFIG_MAX_HTTP_REQUESTS:-65336}"
exec "$bun" --no-env-file "$root/web/server/main.ts" "$@"

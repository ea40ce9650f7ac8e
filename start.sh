#!/bin/sh
# Gateway and chat page with one command (see --help). Installs what is missing; needs Node 20 or newer with npm, nothing else.
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
      # The text that scripts/start/options.ts would print; it needs nothing installed.
      sed -n '/^export const usage = `/,/^`;/p' "$root/scripts/start/options.ts" | sed -e '1s/.*`//' -e '$d' -e 's/\\`/`/g'
      exit 0
      ;;
  esac
done

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
  echo "start.sh: Node and npm were not found; install Node 20 or newer." >&2
  exit 1
fi
if [ "$(node -p 'Number.parseInt(process.versions.node) >= 20')" != true ]; then
  echo "start.sh: Node $(node --version) is too old; install Node 20 or newer." >&2
  exit 1
fi
node "$root/scripts/install/install.mjs" run
. "$root/bin/find-bun.sh"
find_bun || { echo "start.sh: Bun could not be installed; run 'npm ci' in $root to see why." >&2; exit 1; }
exec "$bun" --no-env-file --config=/dev/null "$root/scripts/start/main.ts" "$@"

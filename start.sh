#!/bin/sh
# Gateway and chat page with one command (see --help). Installs what is missing; needs Node 20 or newer with npm, nothing else.
set -eu
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in /*) self=$link ;; *) self=$(dirname "$self")/$link ;; esac
done
root=$(CDPATH= cd -- "$(dirname -- "$self")" && pwd)

find_bun() {
  for bun in "$root"/node_modules/@oven/bun-*/bin/bun "$root/node_modules/.bin/bun"; do
    if [ -x "$bun" ] && "$bun" --revision >/dev/null 2>&1; then return 0; fi
  done
  return 1
}

if ! find_bun || [ ! -d "$root/node_modules/yaml" ] || [ ! -d "$root/node_modules/react" ] || [ ! -d "$root/node_modules/vite" ]; then
  command -v npm >/dev/null 2>&1 || { echo "start.sh: npm was not found; install Node 20 or newer." >&2; exit 1; }
  echo "Installing what is missing ..." >&2
  (cd "$root" && npm ci --no-audit --no-fund --loglevel=error --omit=dev --workspace=web --include-workspace-root >&2)
  find_bun || { echo "start.sh: Bun could not be installed; run 'npm ci' in $root to see why." >&2; exit 1; }
fi
exec "$bun" --no-env-file "$root/scripts/start/main.ts" "$@"

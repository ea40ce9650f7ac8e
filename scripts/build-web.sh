#!/bin/sh
# Builds the dashboard and the chat page when their sources are newer than the build, or when there is none. usage: scripts/build-web.sh
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
built="$root/web/dist/ui.pack"
newer_sources() {
  find "$root/web/src" "$root/web/shared" "$root/web/public" "$root/web/index.html" "$root/web/vite.config.ts" "$root/web/pack.ts" \
    "$root/web/package.json" "$root/client" -type f ! -name '*.test.ts' -newer "$built" | head -n 1
}
if [ -f "$built" ] && [ -z "$(newer_sources)" ]; then exit 0; fi
. "$root/bin/find-bun.sh"
find_bun || { echo "build-web.sh: Bun is not installed. Run 'npm ci' in $root first." >&2; exit 1; }
echo "Building the page ..." >&2
cd "$root/web"
NODE_ENV=production exec "$bun" --no-env-file --bun ../node_modules/vite/bin/vite.js build --logLevel warn >&2

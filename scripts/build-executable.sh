#!/bin/sh
# Builds the gateway as one file that runs without Bun, Node or this folder. usage: scripts/build-executable.sh [FILE]
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/bin/find-bun.sh"
find_bun || { echo "build-executable.sh: Bun is not installed. Run 'npm ci' in $root first." >&2; exit 1; }
file=${1:-$root/dist/weir}
"$root/scripts/build-web.sh"
mkdir -p "$(dirname -- "$file")"
# As bin/weir starts it: .env and bunfig.toml of the current folder are not Bun's affair.
"$bun" build --compile --no-compile-autoload-dotenv --no-compile-autoload-bunfig --minify-syntax --minify-whitespace \
  --outfile "$file" "$root/src/executable.ts" "$root/web/dist/ui.pack"

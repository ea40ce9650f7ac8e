#!/bin/sh
# Installs what is missing and runs everything: types, lint, unit, contract, documentation, end-to-end and browser tests.
# Ends with `N passed, N failed, N skipped`. With names of suites it runs only those (./test.sh types lint).
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
cd "$root"

find_bun() {
  for bun in "$root"/node_modules/@oven/bun-*/bin/bun "$root/node_modules/.bin/bun"; do
    if [ -x "$bun" ] && "$bun" --revision >/dev/null 2>&1; then return 0; fi
  done
  return 1
}

if ! find_bun || [ ! -d node_modules/typescript ] || [ ! -d node_modules/openai ] || [ ! -d node_modules/react ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "Installing packages (npm ci) ..."
  npm ci --no-audit --no-fund --loglevel=error
  find_bun
fi

# What tests need beyond npm: a browser, Redis, and Python with the client libraries. Installed where that is possible.
missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing="$missing chromium"
command -v curl >/dev/null 2>&1 || missing="$missing curl"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing$missing ..."
  # shellcheck disable=SC2086
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing fonts-noto-cjk; } >/dev/null 2>&1 || echo "could not install$missing"
fi
exec "$bun" --no-env-file test/run.ts "$@"

#!/bin/sh
# Checks a running gateway from end to end as a client on a bare machine sees it: with curl alone. A line per check; the first
# failure ends it. usage: scripts/test-e2e.sh [--base-url URL] [--key KEY] [--model NAME]
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)

# The last value of a name in .env; what is exported wins.
from_file() {
  [ -f "$root/.env" ] || return 0
  sed -n "s/^\(export \)\{0,1\}$1=//p" "$root/.env" | tail -n 1 | sed "s/^\([\"']\)\(.*\)\1\$/\2/"
}
base=${LITELLM_PROXY_URL:-$(from_file LITELLM_PROXY_URL)}
base=${base:-http://localhost:4000}
key=${LITELLM_MASTER_KEY:-$(from_file LITELLM_MASTER_KEY)}
model=deepseek
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) sed -n '2,3s/^# //p' "$0"; exit 0 ;;
    --base-url | --key | --model)
      [ $# -ge 2 ] || { echo "test-e2e.sh: $1 wants a value." >&2; exit 2; }
      case $1 in --base-url) base=$2 ;; --key) key=$2 ;; --model) model=$2 ;; esac
      shift 2
      ;;
    *) echo "test-e2e.sh: unknown flag $1" >&2; exit 2 ;;
  esac
done
base=${base%/}
command -v curl >/dev/null 2>&1 || { echo "test-e2e.sh: curl was not found." >&2; exit 2; }
umask 077
answer=$(mktemp)
secret=$(mktemp)
trap 'rm -f "$answer" "$secret"' EXIT
trap 'exit 130' INT TERM
# The key goes through a file: arguments can be seen by everybody on the machine.
printf 'header = "Authorization: Bearer %s"\n' "$key" >"$secret"

# check NAME STATUS PATTERN CURL-ARGUMENTS…: the status, and a pattern that the body must contain.
check() {
  name=$1 wanted=$2 pattern=$3
  shift 3
  status=$(curl --silent --show-error --no-buffer --max-time 120 --output "$answer" --write-out '%{http_code}' "$@") || status="no answer"
  if [ "$status" != "$wanted" ] || ! grep -q -e "$pattern" "$answer"; then
    echo "FAILED  $name: $status instead of $wanted with '$pattern': $(head -c 300 "$answer")"
    exit 1
  fi
  echo "ok      $name"
}
json='Content-Type: application/json'
chat="{\"model\": \"$model\", \"max_tokens\": 64, \"messages\": [{\"role\": \"user\", \"content\": \"Say hello.\"}]"

echo "$base, model $model"
check "liveness" 200 "alive" "$base/health/liveliness"
check "the list of models" 200 '"data"' --config "$secret" "$base/v1/models"
check "no key is 401" 401 'error' -H "$json" -d "$chat}" "$base/v1/chat/completions"
check "chat" 200 '"content"' --config "$secret" -H "$json" -d "$chat}" "$base/chat/completions"
check "chat, streaming" 200 '\[DONE\]' --config "$secret" -H "$json" -d "$chat, \"stream\": true}" "$base/v1/chat/completions"
check "messages" 200 '"type": *"message"' --config "$secret" -H "$json" -d "$chat}" "$base/v1/messages"
check "messages, streaming" 200 'message_stop' --config "$secret" -H "$json" -d "$chat, \"stream\": true}" "$base/v1/messages?beta=true"
check "messages count_tokens" 200 '"input_tokens"' --config "$secret" -H "$json" -d "$chat}" "$base/v1/messages/count_tokens"
check "malformed JSON is 400" 400 'error' --config "$secret" -H "$json" -d '{"model":' "$base/v1/chat/completions"
check "an unknown route is 404" 404 '' --config "$secret" "$base/v1/there-is-no-such-route"
check "it still lives" 200 "alive" "$base/health/liveliness"
echo "All checks passed."

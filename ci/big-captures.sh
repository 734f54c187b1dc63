#!/usr/bin/env bash
# Captures longer than memory: NDJSON and HAR of --size GB each (default 2) through a pipe. All records
# are counted, no more than 200 MB of memory is used, and an interrupted run gives a summary and 2.
# For Linux, whose /proc tells the memory.
set -euo pipefail
cd "$(dirname "$0")/.."

size=2
while [ $# -gt 0 ]; do
    case $1 in
        --size) size=${2:?--size needs a number of GB}; shift ;;
        *) echo "usage: ci/big-captures.sh [--size GB]" >&2; exit 2 ;;
    esac
    shift
done

cargo build --release --quiet -p faultbook
faultbook=${CARGO_TARGET_DIR:-target}/release/faultbook
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

url=https://graph.microsoft.com/v1.0/me/drive
body='{\"error\":{\"code\":\"itemNotFound\",\"message\":\"The item does not exist\"}}'
record="{\"status\":404,\"headers\":[[\"Content-Type\",\"application/json\"]],\"url\":\"$url\",\"body\":\"$body\"}"
entry="{\"request\":{\"url\":\"$url\"},\"response\":{\"status\":404,\"headers\":[],\"content\":{\"text\":\"$body\"}}}"

# So many lines of a text, and how many make the size.
# shellcheck disable=SC2317 # called by the name of a kind
lines() { yes "$1" | head -n "$2" || true; }
count() { echo $((size * 1024 * 1024 * 1024 / (${#1} + 1))); }

# shellcheck disable=SC2317
ndjson() { lines "$record" "$(count "$record")"; }
# shellcheck disable=SC2317
har() {
    printf '{"log":{"version":"1.2","entries":['
    lines "$entry," "$(count "$entry")"
    printf '%s]}}\n' "$entry"
}

# Runs a command in the background, and keeps its exit code and the most memory that it had.
watch() {
    local pid
    "$faultbook" check --no-config --no-progress --jobs 2 - >"$work/report" 2>"$work/remarks" &
    pid=$!
    echo 0 >"$work/memory"
    while kill -0 "$pid" 2>/dev/null; do
        sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB$/\1/p' "/proc/$pid/status" >"$work/now" 2>/dev/null || true
        if [ -s "$work/now" ]; then cp "$work/now" "$work/memory"; fi
        if [ -n "${1-}" ] && [ "$SECONDS" -ge "$1" ]; then kill -INT "$pid"; set --; fi
        sleep 0.2
    done
    wait "$pid"
}

failed=0
fail() { echo "FAILED: $1" >&2; failed=1; }
responses() { sed -n 's/^\([0-9]*\) responses: .*/\1/p' "$work/report"; }

for kind in ndjson har; do
    case $kind in
        ndjson) expected=$(count "$record") ;;
        har) expected=$(($(count "$entry") + 1)) ;;
    esac
    status=0
    "$kind" | watch || status=$?
    memory=$(<"$work/memory")
    echo "$kind: $size GB, $(responses) responses, $((memory / 1024)) MB at the most"
    [ "$status" = 0 ] || fail "$kind: exit code $status, expected 0"
    [ "$(responses)" = "$expected" ] || fail "$kind: expected $expected responses"
    if [ "$memory" = 0 ] || [ "$memory" -ge 204800 ]; then fail "$kind: $memory kB of memory"; fi

    status=0
    SECONDS=0
    "$kind" 2>/dev/null | watch 2 || status=$?
    echo "$kind, interrupted: $(responses) responses"
    [ "$status" = 2 ] || fail "$kind: exit code $status after an interruption, expected 2"
    grep -q interrupted "$work/remarks" || fail "$kind: nobody says that it was interrupted"
    [ "$(responses)" != '' ] || fail "$kind: nothing was judged before the interruption"
done
exit "$failed"

#!/usr/bin/env bash
# The HTML report in a real browser: filters, search, keys, marks, and how long they take.
#   --require           fail where there is no browser, instead of passing it over
#   --screenshots DIR   also keep pictures of the pages
# The browser is $CHROMIUM, or the first of the usual names that is there.
set -euo pipefail
cd "$(dirname "$0")/.."

require=
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        --require) require=1 ;;
        --screenshots) arguments+=(--screenshots "${2:?--screenshots needs a folder}"); shift ;;
        *) echo "usage: ci/html.sh [--require] [--screenshots DIR]" >&2; exit 2 ;;
    esac
    shift
done

missing() {
    echo "ci/html.sh: $1: skipped" >&2
    [ -z "$require" ] || exit 1
    exit 0
}

browser=${CHROMIUM:-}
for name in chromium chromium-browser google-chrome; do
    [ -n "$browser" ] || browser=$(command -v "$name" || true)
done
[ -n "$browser" ] || missing "no chromium, chromium-browser or google-chrome"
command -v "$browser" >/dev/null || missing "no $browser"
command -v python3 >/dev/null || missing "no python3"

cargo build --quiet -p faultbook
python3 -B ci/html/drive.py --browser "$browser" \
    --faultbook "${CARGO_TARGET_DIR:-target}/debug/faultbook" ${arguments[@]+"${arguments[@]}"}

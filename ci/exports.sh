#!/usr/bin/env bash
# The exported schemas in the hands of another tool: every export is written, and xmllint judges
# every XML case of the corpus by the XML Schema and by the RELAX NG schema as the rules judge it.
#   --require   fail where xmllint (libxml2-utils) or python3 is missing, instead of passing it over
set -euo pipefail
cd "$(dirname "$0")/.."

require=
while [ $# -gt 0 ]; do
    case $1 in
        --require) require=1 ;;
        *) echo "usage: ci/exports.sh [--require]" >&2; exit 2 ;;
    esac
    shift
done

missing() {
    echo "ci/exports.sh: $1: skipped" >&2
    [ -z "$require" ] || exit 1
    exit 0
}

command -v xmllint >/dev/null || missing "no xmllint"
command -v python3 >/dev/null || missing "no python3"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo build --quiet -p faultbook
python3 -B ci/exports/judge.py --folder "$folder" \
    --faultbook "${CARGO_TARGET_DIR:-target}/debug/faultbook"

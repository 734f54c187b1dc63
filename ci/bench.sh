#!/usr/bin/env bash
# Measures the readers and the command beside other libraries that read the same bytes. Only ratios
# count: absolute times differ from machine to machine, and from minute to minute.
#
#   ci/bench.sh [--summary] [--no-captures]
#
# --summary       prints one JSON object of ratios as the last line
# --no-captures   leaves out the captures of 200 MB, which take most of the time
set -euo pipefail
cd "$(dirname "$0")/.."

summary=() captures=yes
while [ $# -gt 0 ]; do
    case $1 in
        --summary) summary=(--summary) ;;
        --no-captures) captures=no ;;
        -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
        *) echo "$1: no such option; see ci/bench.sh --help" >&2; exit 2 ;;
    esac
    shift
done

cargo test --quiet --release -p bench
cargo build --quiet --release -p bench -p faultbook
release=${CARGO_TARGET_DIR:-target}/release
arguments=(${summary[@]+"${summary[@]}"})
[ "$captures" = no ] || arguments+=(--captures "$release/faultbook")

bytes=$(stat -c %s "$release/faultbook")
echo "faultbook: $bytes bytes"
if [ "$bytes" -ge $((8 << 20)) ]; then
    echo "the binary has 8 MB or more" >&2
    exit 1
fi
"$release/bench" "${arguments[@]}"

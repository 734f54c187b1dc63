#!/usr/bin/env bash
# The README's main command prints diagnostics and finds the faults in corpus/samples.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
report=$(cargo run --release --quiet -- check corpus/samples) || status=$?
printf '%s\n' "$report"
if [ "$status" != 1 ]; then
    echo "expected exit code 1 (findings), got $status" >&2
    exit 1
fi
for service in ampache groove lineworks onedrive; do
    if ! grep -q "^error\[$service/" <<<"$report"; then
        echo "expected a finding of $service" >&2
        exit 1
    fi
done

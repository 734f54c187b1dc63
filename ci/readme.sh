#!/usr/bin/env bash
# The README's main command prints diagnostics and finds the faults in corpus/samples, and none in
# corpus/captures.
set -euo pipefail
cd "$(dirname "$0")/.."

status=0
report=$(cargo run --release --quiet -- check corpus/samples corpus/captures) || status=$?
printf '%s\n' "$report"
if [ "$status" != 1 ]; then
    echo "expected exit code 1 (findings), got $status" >&2
    exit 1
fi
if grep -qE '^ *-->.*corpus/captures/.*:[0-9]+:[0-9]+$' <<<"$report"; then
    echo "a finding in a response of corpus/captures, which follow their documents" >&2
    exit 1
fi
for service in ampache groove lineworks onedrive; do
    if ! grep -q "^error\[$service/" <<<"$report"; then
        echo "expected a finding of $service" >&2
        exit 1
    fi
done

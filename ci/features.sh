#!/usr/bin/env bash
# Each library builds alone, without and with its features: in a workspace build, one package's
# features hide what another forgot to ask for.
set -euo pipefail
cd "$(dirname "$0")/.."

for package in faultbook-core error-headers groove-error lineworks-error ampache-error onedrive-error; do
    cargo check --quiet -p "$package"
    cargo check --quiet -p "$package" --features serde
    cargo check --quiet -p "$package" --features proptest
    echo "$package: builds alone"
done

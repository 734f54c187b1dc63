#!/usr/bin/env bash
# Installs cargo-fuzz where it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
. ci/lib/fuzz.sh

if [ "$(cargo fuzz --version 2>/dev/null | awk '{print $2}')" != "$CARGO_FUZZ" ]; then
    cargo install cargo-fuzz --locked --version "$CARGO_FUZZ"
fi

#!/usr/bin/env bash
# Licences, sources and known faults of what is depended on (deny.toml).
set -euo pipefail
cd "$(dirname "$0")/.."

DENY=0.20.2

if [ "$(cargo deny --version 2>/dev/null | awk '{print $2}')" != "$DENY" ]; then
    cargo install cargo-deny --locked --version "$DENY"
fi
cargo deny check "$@"
cargo deny --manifest-path fuzz/Cargo.toml --config deny.toml check "$@"

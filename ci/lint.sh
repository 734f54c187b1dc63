#!/usr/bin/env bash
# Formatting, lints and documentation: nothing but silence passes.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo fmt --all --check
cargo fmt --manifest-path fuzz/Cargo.toml --all --check
cargo clippy --workspace --all-targets --all-features -- -D warnings
cargo clippy --locked --manifest-path fuzz/Cargo.toml --all-targets --all-features -- -D warnings
if command -v shellcheck >/dev/null; then
    shellcheck -x ci/*.sh
fi
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features

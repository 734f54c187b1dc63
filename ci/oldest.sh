#!/usr/bin/env bash
# Everything builds with the oldest compiler that is promised (rust-version in Cargo.toml).
set -euo pipefail
cd "$(dirname "$0")/.."

oldest=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
rustup toolchain install "$oldest" --profile minimal
cargo "+$oldest" check --workspace --all-features

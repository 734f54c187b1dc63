#!/usr/bin/env bash
# Every test of every package but `bench`, whose tests ci/bench.sh runs: it brings many libraries.
# Snapshots are compared and never written.
set -euo pipefail
cd "$(dirname "$0")/.."

INSTA_UPDATE=no cargo test --workspace --exclude bench "$@"

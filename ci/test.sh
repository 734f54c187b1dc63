#!/usr/bin/env bash
# Every test of every package. Snapshots are compared and never written.
set -euo pipefail
cd "$(dirname "$0")/.."

INSTA_UPDATE=no cargo test --workspace "$@"

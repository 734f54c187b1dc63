#!/usr/bin/env bash
# No snapshot is pending, and none is left over.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo insta test --check --unreferenced=reject -p faultbook-snapshots "$@"

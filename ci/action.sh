#!/usr/bin/env bash
# The GitHub Action and the pre-commit hook: their files say what they have to, and their scripts do
# what they say, with corpus/samples. Also the installation, from this folder's source.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo test -p faultbook --test action -- --include-ignored

#!/usr/bin/env bash
# Writes the seeds and the dictionary of every fuzz target: FOLDER/T/<seed> and FOLDER/T.dict.
#
#   ci/fuzz-seeds.sh [FOLDER]        default: fuzz/target/seeds
#
# They come from the corpus, the documents' tables, fuzz/seeds and corpus/regressions; only these
# are committed.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=${1:-fuzz/target/seeds}
rm -rf "$folder"
mkdir -p "$folder"
cargo run --quiet -p oracles --example oracle -- seeds "$folder"
echo "$(find "$folder" -type f ! -name '*.dict' | wc -l) seeds and" \
    "$(find "$folder" -name '*.dict' | wc -l) dictionaries in $folder"

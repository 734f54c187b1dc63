#!/usr/bin/env bash
# What the committed seeds alone reach, without any fuzzing: each reader at least 90% of its lines,
# and every rule is broken by some seed. Prints the lines that are not reached.
set -euo pipefail
cd "$(dirname "$0")/.."

LLVM_COV=0.9.1
LEAST=90
READERS=(
    crates/ampache-error/src
    crates/groove-error/src
    crates/lineworks-error/src
    crates/onedrive-error/src
    crates/error-headers/src
    crates/faultbook-core/src/json
)

if [ "$(cargo llvm-cov --version 2>/dev/null | awk '{print $2}')" != "$LLVM_COV" ]; then
    cargo install cargo-llvm-cov --locked --version "$LLVM_COV"
fi
rustup component add llvm-tools 2>/dev/null

lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
# Fails where a rule is not broken by any seed.
cargo llvm-cov run --quiet --no-report --package oracles --example oracle -- replay
cargo llvm-cov report --lcov --output-path "$lines"

status=0
for reader in "${READERS[@]}"; do
    awk -v reader="$PWD/$reader/" -v name="$reader" -v least="$LEAST" '
        /^SF:/ { file = substr($0, 4); inside = index(file, reader) == 1 }
        /^DA:/ && inside {
            split(substr($0, 4), line, ",")
            lines++
            if (line[2] > 0) reached++
            else missed[file] = missed[file] " " line[1]
        }
        END {
            printf "%-32s %5.1f%% of %d lines\n", name, lines ? 100 * reached / lines : 0, lines
            for (file in missed) {
                short = file
                sub(/.*\/crates\//, "crates/", short)
                print "  not reached: " short ":" missed[file] | "sort"
            }
            close("sort")
            exit !(lines && 100 * reached >= least * lines)
        }
    ' "$lines" || {
        echo "below $LEAST%" >&2
        status=1
    }
done
exit $status

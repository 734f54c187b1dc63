#!/usr/bin/env bash
# What the mutators that know a grammar reach, beside what changes to bytes alone reach: the table
# of fuzz/README.md.
#
#   ci/fuzz-mutators.sh [--runs N] [--sanitizer S] [TARGET...]
#
# Each target runs N executions (default 50000) from its seeds, with its dictionary, three times each
# way: libFuzzer's random numbers begin at 1, 2 and 3. The numbers are means: edges (cov) and features
# (ft).
set -euo pipefail
cd "$(dirname "$0")/.."
. ci/lib/fuzz.sh

runs=50000 sanitizer='' targets=()
while [ $# -gt 0 ]; do
    case $1 in
        --runs) runs=$2; shift 2 ;;
        --sanitizer) sanitizer=$2; shift 2 ;;
        -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
        -*) echo "$1: no such option; see ci/fuzz-mutators.sh --help" >&2; exit 2 ;;
        *) targets+=("$1"); shift ;;
    esac
done

ci/setup-fuzz.sh
choose_toolchain "$sanitizer"
before=$(tracked_files)
if [ ${#targets[@]} = 0 ]; then
    mapfile -t targets < <(list_targets)
fi
export WORK RUNS=$runs BINARIES ASAN_OPTIONS=detect_odr_violation=0
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
ci/fuzz-seeds.sh "$WORK/seeds" >&2
# shellcheck disable=SC2119
build_targets

run() {
    local target=$1 way=$2 seed=$3 environment=()
    local log=$WORK/$target.$way.$seed corpus
    corpus=$(mktemp -d "$WORK/corpus.XXXXXX")
    if [ "$way" = bytes ]; then
        environment=(FAULTBOOK_FUZZ_BYTES=1)
    fi
    env "${environment[@]}" "$BINARIES/$target" -runs="$RUNS" -seed="$seed" -timeout=10 \
        -dict="$WORK/seeds/$target.dict" -artifact_prefix="$WORK/" "$corpus" \
        "$WORK/seeds/$target" >"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; exit 255; }
}
export -f run

for target in "${targets[@]}"; do
    for way in bytes grammar; do
        for seed in 1 2 3; do
            echo "$target $way $seed"
        done
    done
done >"$WORK/runs"
# shellcheck disable=SC2016  # the arguments are those of the inner shell
xargs -P "$(nproc)" -L 1 bash -c 'run "$0" "$1" "$2"' <"$WORK/runs"

# The mean of what the last line that has it says.
mean() {
    local file
    for file in "$WORK/$1.$2".?; do
        grep -o "$3: [0-9]*" "$file" | tail -n 1 | cut -d ' ' -f 2
    done | awk '{ sum += $1 } END { printf "%d", sum / NR }'
}

short=()
echo "| target | edges, bytes | edges, grammar | features, bytes | features, grammar | gain |"
echo "|---|---:|---:|---:|---:|---:|"
for target in "${targets[@]}"; do
    bytes=$(mean "$target" bytes ft) grammar=$(mean "$target" grammar ft)
    gain=$(awk "BEGIN { printf \"%+d%%\", 100 * $grammar / $bytes - 100 }")
    echo "| \`$target\` | $(mean "$target" bytes cov) | $(mean "$target" grammar cov)" \
        "| $bytes | $grammar | $gain |"
    if [ "$grammar" -le "$bytes" ]; then
        short+=("$target")
    fi
done
fail_if_changed "$before"
if [ ${#short[@]} -gt 0 ]; then
    echo "these reach no more than bytes alone: ${short[*]}" >&2
    exit 1
fi

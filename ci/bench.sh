#!/usr/bin/env bash
# Measures the readers and the command beside other libraries that read the same bytes. Only ratios
# count: absolute times differ from machine to machine, and from minute to minute.
#
#   ci/bench.sh [--summary] [--no-captures]
#   ci/bench.sh --instructions [--write] [--require]
#
# --summary       prints one JSON object of ratios as the last line
# --no-captures   leaves out the captures of 200 MB, which take most of the time
#
# --instructions  counts instructions instead, which noise does not change, and fails where one grew by
#                 more than 3% against crates/bench/instructions.txt; needs valgrind
# --write         writes that file anew
# --require       fails where that file was made with another compiler, C library or valgrind: counts
#                 of two of them cannot be compared
set -euo pipefail
cd "$(dirname "$0")/.."

summary=() captures=yes instructions='' judging=()
while [ $# -gt 0 ]; do
    case $1 in
        --summary) summary=(--summary) ;;
        --no-captures) captures=no ;;
        --instructions) instructions=yes ;;
        --write | --require) judging+=("$1") ;;
        -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
        *) echo "$1: no such option; see ci/bench.sh --help" >&2; exit 2 ;;
    esac
    shift
done
release=${CARGO_TARGET_DIR:-target}/release

count_instructions() {
    if ! command -v valgrind >/dev/null; then
        echo "ci/bench.sh: instructions are counted by valgrind: sudo apt-get install valgrind" >&2
        exit 2
    fi
    # The runner has to be of the version that the benchmarks are built with.
    local runner
    runner=$(sed -n '/^name = "gungraun-runner"$/{n;s/^version = "\(.*\)"$/\1/p}' Cargo.lock)
    if [ "$(gungraun-runner --version 2>/dev/null)" != "gungraun-runner $runner" ]; then
        cargo install gungraun-runner --locked --version "=$runner"
    fi
    local processor
    processor=$(uname -m)
    ! grep -qw avx2 /proc/cpuinfo || processor+=" with AVX2"
    # That also builds the program `bench`. A layout of memory that changes changes no count, and to ask
    # for one that does not is not allowed in every container.
    local summaries
    summaries=$(cargo bench --quiet -p bench --bench instructions -- \
        --output-format=json --allow-aslr=yes)
    "$release/bench" instructions crates/bench/instructions.txt \
        "$(rustc --version), $(getconf GNU_LIBC_VERSION), $(valgrind --version), $processor" \
        ${judging[@]+"${judging[@]}"} <<<"$summaries"
}

if [ -n "$instructions" ]; then
    count_instructions
    exit
fi
if [ ${#judging[@]} -gt 0 ]; then
    echo "${judging[0]}: only with --instructions; see ci/bench.sh --help" >&2
    exit 2
fi

cargo test --quiet --profile bench -p bench
cargo build --quiet --profile bench -p bench
# By itself, as it is installed: built together with others it has features that those ask for.
cargo build --quiet --release -p faultbook
arguments=(${summary[@]+"${summary[@]}"} --start "$release/faultbook")
[ "$captures" = no ] || arguments+=(--captures "$release/faultbook")

bytes=$(stat -c %s "$release/faultbook")
echo "faultbook: $bytes bytes"
if [ "$bytes" -ge 8000000 ]; then
    echo "the binary has 8 MB or more" >&2
    exit 1
fi
"$release/bench" "${arguments[@]}"

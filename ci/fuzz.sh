#!/usr/bin/env bash
# Fuzzes every target, or those named: from the seeds, for some seconds each, on every core.
#
#   ci/fuzz.sh [--seconds N] [--jobs N] [--sanitizer address|none] [--compare] [TARGET...]
#
# --seconds N     how long each target runs after its seeds were replayed (default 20)
# --jobs N        how many targets run at once (default: the cores there are)
# --sanitizer S   address needs a nightly compiler and is the default where there is one
# --compare       instead: executions per second of the JSON targets, each side by side with a
#                 target that only calls serde_json, on the same inputs; fails below half of it
#
# Fails on a crash, an input that takes more than a second or 1 GiB, or a changed tracked file. A
# second that a busy machine took is none: the input is read again by itself.
# What was found stays in fuzz/artifacts, new inputs in fuzz/corpus; git ignores both.
set -euo pipefail
cd "$(dirname "$0")/.."
. ci/lib/fuzz.sh

seconds=20 jobs=$(nproc) sanitizer='' compare=no targets=()
while [ $# -gt 0 ]; do
    case $1 in
        --seconds) seconds=$2; shift 2 ;;
        --jobs) jobs=$2; shift 2 ;;
        --sanitizer) sanitizer=$2; shift 2 ;;
        --compare) compare=yes; shift ;;
        -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
        -*) echo "$1: no such option; see ci/fuzz.sh --help" >&2; exit 2 ;;
        *) targets+=("$1"); shift ;;
    esac
done
case $seconds$jobs in
    *[!0-9]* | 0*) echo "--seconds and --jobs take a number above 0" >&2; exit 2 ;;
esac

ci/setup-fuzz.sh
choose_toolchain "$sanitizer"
known=$(list_targets)
for target in "${targets[@]}"; do
    if ! grep -qx "$target" <<<"$known"; then
        echo "$target is no target; there are: $(xargs <<<"$known")" >&2
        exit 2
    fi
done
before=$(tracked_files)

export SEEDS=fuzz/target/seeds LOGS=fuzz/target/logs BINARIES SECONDS_EACH=$seconds
# As cargo-fuzz sets it: Rust's statics are no C++ objects.
export ASAN_OPTIONS=detect_odr_violation=0
ci/fuzz-seeds.sh "$SEEDS" >&2
rm -rf "$LOGS"
mkdir -p "$LOGS"

stat_of() { sed -n "s/^stat::$1: *//p" "$2" | tail -n 1; }
coverage_of() { grep -o 'cov: [0-9]*' "$1" | tail -n 1 | cut -d ' ' -f 2; }

# libFuzzer writes into the first folder only: never the seeds. Inputs grow slowly, up to more than
# the longest header field that is read; a mutator of ours would turn that off.
fuzz_target() {
    local target=$1 end=$((EPOCHSECONDS + SECONDS_EACH)) left status found
    mkdir -p "fuzz/corpus/$target" "fuzz/artifacts/$target"
    while left=$((end - EPOCHSECONDS)) && [ "$left" -gt 0 ]; do
        status=0
        "$BINARIES/$target" -max_total_time="$left" -timeout=1 -timeout_exitcode=70 \
            -rss_limit_mb=1024 -dict="$SEEDS/$target.dict" \
            -artifact_prefix="fuzz/artifacts/$target/" -print_final_stats=1 -max_len=69632 \
            -len_control=100 "fuzz/corpus/$target" "$SEEDS/$target" >"$LOGS/$target" 2>&1 ||
            status=$?
        [ "$status" != 0 ] || return 0
        # libFuzzer's second is one of the clock, which a busy machine takes away from any input.
        found=$(sed -n 's/.*Test unit written to \(.*timeout-.*\)/\1/p' "$LOGS/$target" | tail -n 1)
        if [ "$status" != 70 ] || is_slow "$target" "$found"; then
            echo "$status" >"$LOGS/$target.failed"
            return 0
        fi
        echo "$target: $found is read at once by itself: the machine was busy" >&2
        rm "$found"
    done
}

# Whether an input takes a second by itself, each of three times.
is_slow() {
    local milliseconds
    for _ in 1 2 3; do
        milliseconds=$("$BINARIES/$1" "$2" 2>&1 | sed -n 's/^Executed .* in \([0-9]*\) ms$/\1/p')
        [ "${milliseconds:-1000}" -ge 1000 ] || return 1
    done
}

# One target and the baseline read the same inputs, as many times, at the same time: those that the
# target comes by in N seconds from its seeds. Prints how often each of them did so in a second.
compare_target() {
    local target=$1 binary inputs count
    inputs=$(mktemp -d)
    "$BINARIES/$target" -max_total_time="$SECONDS_EACH" -timeout=1 -rss_limit_mb=1024 -seed=1 \
        -max_len=69632 -len_control=100 -dict="$SEEDS/$target.dict" \
        -artifact_prefix="$inputs.found-" "$inputs" "$SEEDS/$target" >"$LOGS/$target" 2>&1
    count=$(find "$inputs" -type f | wc -l)
    for binary in "$target" compare_serde_json; do
        (
            begin=${EPOCHREALTIME/./}
            find "$inputs" -type f -print0 |
                xargs -0 -n 1000 "$BINARIES/$binary" -runs=50 >"$LOGS/$target.$binary" 2>&1
            echo $((count * 50 * 1000000 / (${EPOCHREALTIME/./} - begin))) \
                >"$LOGS/$target.$binary.speed"
        ) &
    done
    wait
    rm -r "$inputs"
    cat "$LOGS/$target.$target.speed" "$LOGS/$target.compare_serde_json.speed"
}

if [ "$compare" = yes ]; then
    build_targets --features compare
    if [ ${#targets[@]} = 0 ]; then
        # json_text reads any text, in which serde_json has nothing to read.
        mapfile -t targets < <(grep json <<<"$known" | grep -v '^json_text$')
    fi
    slow=()
    printf '%-16s %12s %12s %7s\n' target exec/s serde_json ratio
    for target in "${targets[@]}"; do
        { read -r ours && read -r theirs; } < <(compare_target "$target")
        ratio=$(awk "BEGIN { printf \"%.2f\", $ours / $theirs }")
        printf '%-16s %12d %12d %7s\n' "$target" "$ours" "$theirs" "$ratio"
        awk "BEGIN { exit !($ratio < 0.5) }" && slow+=("$target")
    done
    fail_if_changed "$before"
    if [ ${#slow[@]} -gt 0 ]; then
        echo "below half of serde_json's executions per second: ${slow[*]}" >&2
        exit 1
    fi
    exit
fi

build_targets
if [ ${#targets[@]} = 0 ]; then
    mapfile -t targets <<<"$known"
fi
export -f fuzz_target is_slow
printf '%s\n' "${targets[@]}" | xargs -P "$jobs" -I '{}' bash -c 'fuzz_target {}'

failed=()
printf '%-16s %12s %10s %9s %11s\n' target executions exec/s coverage 'new inputs'
for target in "${targets[@]}"; do
    log=$LOGS/$target
    if [ -e "$log.failed" ]; then
        failed+=("$target")
        printf '%-16s %s\n' "$target" "FAILED: $log"
        continue
    fi
    printf '%-16s %12d %10d %9d %11d\n' "$target" \
        "$(stat_of number_of_executed_units "$log")" "$(stat_of average_exec_per_sec "$log")" \
        "$(coverage_of "$log")" "$(stat_of new_units_added "$log")"
done
for target in "${failed[@]}"; do
    printf '\n== %s\n' "$target" >&2
    tail -n 40 "$LOGS/$target" >&2
    echo "What it read is in fuzz/artifacts/$target; fuzz/README.md says how to go on." >&2
done
fail_if_changed "$before"
[ ${#failed[@]} = 0 ]

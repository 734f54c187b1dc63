#!/usr/bin/env bash
# The build of ClusterFuzzLite and OSS-Fuzz. Puts into $OUT, for each fuzz target T: T,
# T_seed_corpus.zip, T.dict and T.options.
#
# Their image sets OUT, SRC, WORK, SANITIZER, FUZZING_ENGINE and RUSTFLAGS, and has cargo-fuzz, zip
# and one compiler, a nightly. Elsewhere, ci/check-oss-fuzz.sh sets the same.
set -euo pipefail
cd "$(dirname "$0")/.."
. ci/lib/fuzz.sh

if [ "$FUZZING_ENGINE" != libfuzzer ]; then
    echo "these are targets for libFuzzer, not for $FUZZING_ENGINE" >&2
    exit 2
fi

# No `cargo +nightly`: in a coverage build the image's `cargo` is a script that looks for exactly
# `fuzz build` and builds in its own way. It leaves the binaries in the same place.
# Other sanitizers than none need no option: RUSTFLAGS has them, and cargo-fuzz has address.
# shellcheck disable=SC2034 # read by list_targets
TOOLCHAIN=()
if [ "$SANITIZER" = none ]; then
    FLAGS+=(--sanitizer none)
fi
cargo fuzz build "${FLAGS[@]}"
binaries=${CARGO_TARGET_DIR:-fuzz/target}/$(rustc -vV | sed -n 's/^host: //p')/release

# What writes the seeds is an ordinary program: instrumented, it would not even link.
# SANITIZER stays, since the image's `cargo` reads it.
seeds=$WORK/seeds
env -u RUSTFLAGS -u CFLAGS -u CXXFLAGS ci/fuzz-seeds.sh "$seeds"

targets=$(list_targets)
for target in $targets; do
    cp "$binaries/$target" "$seeds/$target.dict" "$OUT/"
    rm -f "$OUT/${target}_seed_corpus.zip"
    (cd "$seeds/$target" && zip -q -r -D "$OUT/${target}_seed_corpus.zip" .)
    # Longer than 64 KiB, the limit of a header field. ci/fuzz.sh allows a second for an input; the
    # engines' machines are slower and shared. Inputs grow slowly (len_control), which a mutator of
    # ours would turn off. Memory: their own limit, since they keep a corpus
    # of months in it.
    cat >"$OUT/$target.options" <<'END'
[libfuzzer]
max_len = 69632
len_control = 100
timeout = 10
END
done
echo "$(wc -w <<<"$targets") targets in $OUT"

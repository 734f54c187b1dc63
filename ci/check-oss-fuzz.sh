#!/usr/bin/env bash
# Runs the build of ClusterFuzzLite and OSS-Fuzz without their image, and starts what it gives:
# every target of `cargo fuzz list`, with its options and its dictionary, on its unpacked seeds.
#
#   ci/check-oss-fuzz.sh [--image-flags | --coverage]
#
# --image-flags   with the image's RUSTFLAGS. They ask for what cargo-fuzz asks for anyway, and for
#                 frame pointers; but other flags are another build, so everything is built again.
#                 Without this, what ci/fuzz.sh has built is used
# --coverage      as the image builds for coverage reports: with `cargo build`, not optimised
#
# What differs from the image: the linker is not clang, libFuzzer is the one in libfuzzer-sys and
# not the image's, and there are no flags for C, of which there is none. Without a nightly compiler
# there is no sanitizer either.
set -euo pipefail
cd "$(dirname "$0")/.."
. ci/lib/fuzz.sh

flags=plain
case ${1:-} in
    '') ;;
    --image-flags) flags=image ;;
    --coverage) flags=coverage ;;
    -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
    *) echo "$1: no such option; see ci/check-oss-fuzz.sh --help" >&2; exit 2 ;;
esac

ci/setup-fuzz.sh
# shellcheck disable=SC2119 # its argument would be a sanitizer
choose_toolchain
before=$(tracked_files)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work"/{bin,out,src,work,run}
ln -s "$PWD" "$work/src/faultbook"

# What a machine with Rust alone may lack.
if ! command -v zip >/dev/null; then
    cat >"$work/bin/zip" <<'END'
#!/usr/bin/env bash
while [[ $1 == -* ]]; do shift; done
exec python3 -m zipfile -c "$@"
END
fi
unpack() {
    if command -v unzip >/dev/null; then
        unzip -q "$1" -d "$2"
    else
        python3 -m zipfile -e "$1" "$2"
    fi
}
if ! command -v zip >/dev/null || ! command -v unzip >/dev/null; then
    if ! command -v python3 >/dev/null; then
        echo "this needs zip and unzip, or python3" >&2
        exit 2
    fi
fi

# The image's `cargo` is a script too. This one chooses the compiler, of which the image has one
# only, and refuses what that script would not recognise.
export REAL_CARGO REAL_TOOLCHAIN=${TOOLCHAIN[*]}
REAL_CARGO=$(command -v cargo)
cat >"$work/bin/cargo" <<'END'
#!/usr/bin/env bash
set -euo pipefail
case $1 in
    +*) echo "cargo $*: the image's cargo would not see a coverage build" >&2; exit 2 ;;
    fuzz) set -- ${REAL_TOOLCHAIN:+"$REAL_TOOLCHAIN"} "$@" ;;
esac
exec "$REAL_CARGO" "$@"
END
if [ "$flags" = coverage ]; then
    cat >"$work/bin/cargo" <<'END'
#!/usr/bin/env bash
set -euo pipefail
if [ "$SANITIZER" = coverage ] && [ "$1 ${2-}" = 'fuzz build' ]; then
    cd fuzz
    export RUSTFLAGS="$RUSTFLAGS -Cdebug-assertions=no"
    "$REAL_CARGO" ${REAL_TOOLCHAIN:+"$REAL_TOOLCHAIN"} build --bins
    cd "${CARGO_TARGET_DIR:-target}"
    mkdir -p "$HOST/release"
    find debug -maxdepth 1 -type f -exec cp {} "$HOST/release/" \;
    exit
fi
exec "$REAL_CARGO" "$@"
END
    HOST=$(rustc "${TOOLCHAIN[@]}" -vV | sed -n 's/^host: //p')
    SANITIZER=coverage
    export HOST
    export RUSTFLAGS="--cfg fuzzing -Cdebuginfo=1 -Cforce-frame-pointers -Cinstrument-coverage"
elif [ "$flags" = image ]; then
    export RUSTFLAGS="--cfg fuzzing -Cdebuginfo=1 -Cforce-frame-pointers"
    if [ "$SANITIZER" != none ]; then
        RUSTFLAGS="--cfg fuzzing -Zsanitizer=$SANITIZER -Cdebuginfo=1 -Cforce-frame-pointers"
    fi
fi
chmod +x "$work"/bin/*

export SANITIZER FUZZING_ENGINE=libfuzzer FUZZING_LANGUAGE=rust ARCHITECTURE=x86_64
export OUT=$work/out SRC=$work/src WORK=$work/work
for build in .clusterfuzzlite ci/oss-fuzz; do
    # The one is checked, so the other has to be the same.
    grep -v '^#' "$build/build.sh" | grep . >"$work/run/${build//\//-}"
done
cmp "$work/run/.clusterfuzzlite" "$work/run/ci-oss-fuzz"
cp .clusterfuzzlite/build.sh "$SRC/"
# In a coverage build all that runs leaves a profile, build scripts and macros too.
export LLVM_PROFILE_FILE=$work/run/%p.profraw
(cd "$SRC/faultbook" && PATH=$work/bin:$PATH bash -eu "$SRC/build.sh")

# As the engines set it where it can change what happens.
export ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1:detect_odr_violation=0
ASAN_OPTIONS+=:detect_stack_use_after_return=1:quarantine_size_mb=10

# One target as an engine starts it, except that it reads its seeds and stops.
check() {
    local target=$1 seeds=$work/run/$1 log=$work/run/$1.log files longest options
    for file in "$target" "$target.dict" "$target.options" "${target}_seed_corpus.zip"; do
        [ -s "$OUT/$file" ] || { echo "no $file"; return 1; }
    done
    # By these two, the engines tell a target from other files.
    [[ $target =~ ^[A-Za-z0-9_-]+$ ]] || { echo "not a name that the engines accept"; return 1; }
    grep -q LLVMFuzzerTestOneInput "$OUT/$target" || { echo "not a fuzz target"; return 1; }
    # `key = value` under a heading becomes `-key=value`.
    [ "$(head -n 1 "$OUT/$target.options")" = '[libfuzzer]' ] || { echo "options"; return 1; }
    if grep -qvE '^(\[libfuzzer\]|[a-z_]+ = [0-9]+)$' "$OUT/$target.options"; then
        echo "an option is no number"
        return 1
    fi
    options=$(sed -n 's/^\([a-z_]*\) = \([0-9]*\)$/-\1=\2/p' "$OUT/$target.options")
    grep -q '^-max_len=' <<<"$options" || { echo "no max_len"; return 1; }

    mkdir "$seeds"
    unpack "$OUT/${target}_seed_corpus.zip" "$seeds" || return 1
    files=$(find "$seeds" -type f -size +0c | wc -l)
    [ "$files" != 0 ] || { echo "no seeds"; return 1; }
    [ "$files" = "$(find "$WORK/seeds/$target" -type f -size +0c | wc -l)" ] ||
        { echo "seeds are missing from the archive"; return 1; }
    longest=$(find "$seeds" -type f -printf '%s\n' | sort -n | tail -n 1)
    # libFuzzer would cut it, and it would show something else.
    [ "$longest" -le "$(sed -n 's/^-max_len=//p' <<<"$options")" ] ||
        { echo "a seed has $longest bytes, more than max_len"; return 1; }

    # shellcheck disable=SC2086 # an option a word
    (cd "$OUT" && env -u OUT "./$target" $options -runs=0 -dict="$target.dict" \
        -artifact_prefix="$work/run/" "$seeds") >"$log" 2>&1 || { tail -n 40 "$log"; return 1; }
    grep -q '^Dictionary: [1-9][0-9]* entries' "$log" || { echo "no word in it"; return 1; }
    grep -q "seed corpus: files: $files " "$log" || { echo "not all $files seeds read"; return 1; }
    # A target that does the same for all of its seeds reads nothing, or is built without what guides
    # libFuzzer. Coverage builds have none of that.
    if [ "$SANITIZER" != coverage ] && ! grep -qE 'INITED .* corp: ([2-9]|[0-9]{2,})/' "$log"; then
        echo "every seed does the same: $(grep -o 'INITED cov: [0-9]*' "$log")"
        return 1
    fi
    echo "$files seeds, $(sed -n 's/^Dictionary: \([0-9]*\) .*/\1/p' "$log") words"
}

# Nothing else may look like a target.
targets=$(list_targets)
executables=$(find "$OUT" -type f -executable -printf '%f\n')
if [ "$(sort <<<"$executables")" != "$(sort <<<"$targets")" ]; then
    echo "executables that are no targets, or targets that are none:" >&2
    diff <(sort <<<"$executables") <(sort <<<"$targets") >&2 || true
    exit 1
fi
failed=()
for target in $targets; do
    if report=$(check "$target"); then
        printf '%-16s %s\n' "$target" "$report"
    else
        failed+=("$target")
        printf '%-16s FAILED: %s\n' "$target" "$report"
    fi
done
fail_if_changed "$before"
if [ ${#failed[@]} != 0 ]; then
    echo "failed: ${failed[*]}" >&2
    exit 1
fi
echo "$(wc -w <<<"$targets") targets start on their seeds; sanitizer: $SANITIZER"

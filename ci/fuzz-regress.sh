#!/usr/bin/env bash
# Makes a regression out of an input that a fuzzer has found: minimises it and files it.
#
#   ci/fuzz-regress.sh TARGET FILE NAME        corpus/regressions/TARGET/NAME
#
# NAME says what the input shows, in words joined by `-`. `cargo test` replays it from then on, and
# fuzzing starts from it.
set -euo pipefail
cd "$(dirname "$0")/.."
. ci/lib/fuzz.sh

if [ $# != 3 ]; then
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
target=$1 file=$2 name=$3
if ! [[ $name =~ ^[a-z][a-z0-9]*(-[a-z0-9]+)+$ ]]; then
    echo "$name: a name is two or more words in small letters, joined by \`-\`" >&2
    exit 2
fi
if [[ $name =~ ^(crash|oom|timeout|leak|slow-unit|minimized-from)- ]]; then
    echo "$name: name it for what it shows" >&2
    exit 2
fi
kept=corpus/regressions/$target/$name
if [ -e "$kept" ]; then
    echo "$kept is there already" >&2
    exit 2
fi
if [ ! -r "$file" ]; then
    echo "$file cannot be read" >&2
    exit 2
fi

ci/setup-fuzz.sh
choose_toolchain ""
if ! list_targets | grep -qx "$target"; then
    echo "$target is no target; there are: $(list_targets | xargs)" >&2
    exit 2
fi
build_targets "$target"
export ASAN_OPTIONS=detect_odr_violation=0
options=(-timeout=1 -rss_limit_mb=1024)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if "$BINARIES/$target" "${options[@]}" -artifact_prefix="$work/" "$file" >"$work/log" 2>&1; then
    echo "$target holds for $file: there is nothing to keep" >&2
    exit 2
fi
cp "$file" "$work/kept"
# libFuzzer tries smaller inputs as long as one of them fails too; half a minute is plenty.
if "$BINARIES/$target" "${options[@]}" -minimize_crash=1 -max_total_time=30 \
    -artifact_prefix="$work/" -exact_artifact_path="$work/smaller" "$file" >"$work/log" 2>&1 &&
    [ -s "$work/smaller" ]; then
    cp "$work/smaller" "$work/kept"
fi
if "$BINARIES/$target" "${options[@]}" -artifact_prefix="$work/" "$work/kept" >"$work/log" 2>&1; then
    cp "$file" "$work/kept"
fi
mkdir -p "corpus/regressions/$target"
cp "$work/kept" "$kept"
grep -m 1 -A 3 'panicked at\|ERROR: ' "$work/log" || true
echo "$kept: $(wc -c <"$kept") bytes, of $(wc -c <"$file")"
echo "Now \`cargo test -p oracles\` fails; fix it, and commit both."

#!/usr/bin/env bash
# Plants bugs, one at a time, in a copy of the project: the fuzz target that each is meant for has
# to find it.
#
#   ci/fuzz-mutants.sh [--seconds N] [TARGET/NAME...]
#
# The bugs are the patches fuzz/mutants/TARGET/NAME.patch. Fails where a target runs N seconds
# (default 60) from its seeds without a finding.
set -euo pipefail
cd "$(dirname "$0")/.."
. ci/lib/fuzz.sh

seconds=60 mutants=()
while [ $# -gt 0 ]; do
    case $1 in
        --seconds) seconds=$2; shift 2 ;;
        -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit ;;
        -*) echo "$1: no such option; see ci/fuzz-mutants.sh --help" >&2; exit 2 ;;
        *) mutants+=("$1"); shift ;;
    esac
done
if [ ${#mutants[@]} = 0 ]; then
    mapfile -t mutants < <(cd fuzz/mutants && find . -name '*.patch' | sed 's/^\.\///; s/\.patch$//' | sort)
fi

ci/setup-fuzz.sh
root=$PWD
# A planted bug is one of logic: no sanitizer is needed to see it, and without one it builds sooner.
export FUZZ_SANITIZER=none FUZZ_TARGET_DIR=$root/fuzz/target/mutants
choose_toolchain ""
seeds=$PWD/fuzz/target/seeds
ci/fuzz-seeds.sh "$seeds" >&2
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$copy"
cd "$copy"
git init --quiet

missed=()
printf '%-58s %s\n' bug found
for mutant in "${mutants[@]}"; do
    target=${mutant%%/*} patch=$root/fuzz/mutants/$mutant.patch
    git apply "$patch"
    build_targets "$target" >build.log 2>&1 || { cat build.log >&2; exit 1; }
    mkdir -p "new/$target"
    begin=$SECONDS
    if "$BINARIES/$target" -max_total_time="$seconds" -timeout=1 -dict="$seeds/$target.dict" \
        -exact_artifact_path=found "new/$target" "$seeds/$target" >run.log 2>&1; then
        missed+=("$mutant")
        printf '%-58s %s\n' "$mutant" "NOT in $seconds s"
    else
        printf '%-58s %s\n' "$mutant" "in $((SECONDS - begin)) s: $(
            grep -m 1 -A 1 'panicked at' run.log | tail -n 1 | cut -c 1-100)"
        # Once, the way from a crash to a regression too.
        if [ "$mutant" = "${mutants[0]}" ]; then
            ci/fuzz-regress.sh "$target" found a-planted-bug >regress.log 2>&1 ||
                { cat regress.log >&2; exit 1; }
            test -s "corpus/regressions/$target/a-planted-bug"
            rm -r "corpus/regressions/$target"
        fi
    fi
    rm -rf "new/$target" found
    git apply --reverse "$patch"
done
[ ${#missed[@]} = 0 ]

# shellcheck shell=bash disable=SC2034
# Sourced by the scripts that fuzz, with the project's root as the working folder.
# Gives TOOLCHAIN (what stands after `cargo`), SANITIZER, BINARIES, and the functions below.
# FUZZ_SANITIZER and FUZZ_TARGET_DIR, where they are set, stand for the defaults.

CARGO_FUZZ=0.13.2

# What this machine has: AddressSanitizer needs a nightly compiler, the coverage that guides
# libFuzzer does not. A sanitizer that was asked for by name is not replaced in silence.
choose_toolchain() {
    local wanted=${1:-${FUZZ_SANITIZER:-}}
    TOOLCHAIN=()
    if rustc --version | grep -q nightly; then
        SANITIZER=${wanted:-address}
    elif rustc +nightly --version >/dev/null 2>&1; then
        TOOLCHAIN=(+nightly)
        SANITIZER=${wanted:-address}
    else
        SANITIZER=${wanted:-none}
        if [ "$SANITIZER" != none ]; then
            echo "--sanitizer $SANITIZER needs a nightly compiler: rustup toolchain install nightly" >&2
            exit 2
        fi
    fi
    local host
    host=$(rustc "${TOOLCHAIN[@]}" -vV | sed -n 's/^host: //p')
    TARGET_DIR=${FUZZ_TARGET_DIR:-fuzz/target}
    BINARIES=$TARGET_DIR/$host/release
    echo "fuzzing with $(rustc "${TOOLCHAIN[@]}" --version), sanitizer: $SANITIZER" >&2
    if [ "$SANITIZER" = none ] && [ -z "$wanted" ]; then
        echo "no nightly compiler is installed: memory errors of dependencies go unseen" >&2
    fi
}

# Callbacks at every comparison take half of the time of a reader that goes byte by byte; the
# dictionaries and the mutators know the words that they would find.
FLAGS=(--no-trace-compares)

build_targets() {
    cargo "${TOOLCHAIN[@]}" fuzz build "${FLAGS[@]}" --sanitizer "$SANITIZER" --target-dir "$TARGET_DIR" "$@"
}

# The targets, without the one that only speed is compared with.
list_targets() {
    cargo "${TOOLCHAIN[@]}" fuzz list | grep -v '^compare_'
}

# A fingerprint of everything that git tracks here; nothing where there is no git.
tracked_files() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        { git status --porcelain; git diff HEAD --no-ext-diff; } | cksum
    fi
}

fail_if_changed() {
    if [ "$1" != "$(tracked_files)" ]; then
        echo "files that git tracks, or new ones beside them, were changed:" >&2
        git status --short >&2
        exit 1
    fi
}

#!/usr/bin/env bash
# Installs what the other scripts need and a machine with Rust alone lacks.
set -euo pipefail
cd "$(dirname "$0")/.."

# Newer releases of cargo-insta read newer snapshots; the version belongs to the one in Cargo.lock.
INSTA=1.49.0

for component in rustfmt clippy; do
    cargo "${component/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add "$component"
done
if [ "$(cargo insta --version 2>/dev/null | awk '{print $2}')" != "$INSTA" ]; then
    cargo install cargo-insta --locked --version "$INSTA"
fi

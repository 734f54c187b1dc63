#!/usr/bin/env bash
exec "$SRC/faultbook/ci/oss-fuzz-build.sh"

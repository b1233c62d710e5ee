#!/bin/sh
# Bring SQLite's source into this folder: its amalgamation 3.53.2, which npm's better-sqlite3 has.
# It is not ours, and not in our tree; nothing is taken but what has these hashes.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --ignore-scripts better-sqlite3@12.11.1 >log 2>&1) ||
    { cat "$work/log" >&2; exit 3; }
tar -xzf "$work"/*.tgz -C "$work" package/deps/sqlite3
mv "$work/package/deps/sqlite3/sqlite3.c" "$work/amalgamation.h"
mv "$work/package/deps/sqlite3/sqlite3.h" "$work/sqlite3.h"
(cd "$work" && sha256sum --check --quiet) <<SUMS
60d2f39a3726cd6b9021da6f4e868608d66fbb6528a9f513dc8ffcc640493422  amalgamation.h
9e69a1353a4288450b0d5239ede11fc7f1f4c8e5eb07491fc8317eacb5b7de7e  sqlite3.h
SUMS
mv "$work/amalgamation.h" "$work/sqlite3.h" .

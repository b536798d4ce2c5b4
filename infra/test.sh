#!/bin/sh
# All tests, with the race detector where there is a C compiler.
set -eu
race=-race
if ! command -v "$(go env CC)" >/dev/null 2>&1; then
	if [ "${CI:-}" = true ]; then
		echo "there is no C compiler, which the race detector needs" >&2
		exit 1
	fi
	echo "there is no C compiler, so the tests run without the race detector" >&2
	race=
	CGO_ENABLED=0
	export CGO_ENABLED
fi
# Screenshots of every state are kept under build/artifacts.
mkdir -p build/artifacts
exec go test $race -timeout 15m -artifacts -outputdir build/artifacts ./...

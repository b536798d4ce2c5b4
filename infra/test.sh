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
# By the names under which infra/e2e/browser looks for it; with CI=true its tests fail without one.
browser=
for name in ${APPPASS_CHROMIUM:-chromium chromium-browser google-chrome google-chrome-stable}; do
	if command -v "$name" >/dev/null 2>&1; then browser=$name; fi
done
[ -n "$browser" ] || echo "there is no Chromium, so the tests in a browser are left out" >&2
command -v npm >/dev/null 2>&1 || echo "there is no npm, so axe-core's verdict on the page behind links is left out" >&2
# The tests in infra/relying-parties start the real programs; with CI=true they fail without them.
for name in dovecot nginx caddy haproxy apache2 postfix freeradius; do
	command -v "$name" >/dev/null 2>&1 || [ -x "/usr/sbin/$name" ] || echo "there is no $name, so its tests in infra/relying-parties are left out" >&2
done
# Screenshots of every state are kept under build/artifacts.
mkdir -p build/artifacts
# Allocations are counted without the race detector, which makes some of its own.
go test -run '^TestBudget' ./shared/use/verify ./functions/verify
# The real programs have deadlines of seconds, so they get the machine to themselves.
programs=$(go list ./infra/relying-parties/...)
# shellcheck disable=SC2046,SC2086
go test $race -timeout 20m -artifacts -outputdir build/artifacts $(go list ./... | grep -v /infra/relying-parties/)
# shellcheck disable=SC2086
go test $race -p 1 -timeout 15m $programs

#!/bin/sh
# The linters. Their versions are pinned in infra/tools/go.mod, apart from the product's own dependencies.
set -eu
tools="go tool -modfile=infra/tools/go.mod"

echo "gofmt"
unformatted=$(gofmt -l functions shared infra)
if [ -n "$unformatted" ]; then
	echo "gofmt would change:" >&2
	echo "$unformatted" >&2
	exit 1
fi
echo "go vet"
go vet ./...
echo "go mod tidy"
go mod tidy -diff
echo "golangci-lint"
$tools golangci-lint run ./...

echo "govulncheck"
out=$(mktemp)
trap 'rm -f "$out"' EXIT
if $tools govulncheck ./... >"$out" 2>&1; then
	tail -n 3 "$out"
elif grep -q 'fetching vulnerabilities' "$out"; then
	echo "its database can't be reached from here: left out"
else
	cat "$out"
	exit 1
fi

if command -v cfn-lint >/dev/null 2>&1; then
	echo "cfn-lint"
	cfn-lint template.yaml
else
	echo "cfn-lint is not installed: left out"
fi

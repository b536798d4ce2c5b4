#!/bin/sh
# A newcomer's first minutes, on a machine that has nothing: an empty Debian in a temporary folder, with git and make from Debian,
# this host's Go, and a user who clones the repository and runs "make run", "make demo" and "make test" in it.
#
#   sh infra/ops/fresh-machine.sh [repository]      a checkout, of which HEAD is cloned, or a URL; this checkout unless said
#
# It needs root, debootstrap (which it installs where it is missing), Go, a network, 3 GB under TMPDIR, and ports 8080 to 8082 free.
# What it mounts and starts is in namespaces that end with it, in whatever way; the folder is removed. It fails where a newcomer would.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
repository=${1:-$here/../..}

start=$(date +%s)
say() { printf '%4d s  %s\n' "$(($(date +%s) - start))" "$*"; }
# Mounts are the namespace's own, and the end of unshare is the end of every process in it. A wait can be interrupted, a child can't.
inside=
enclosed() {
	unshare --mount --pid --fork --kill-child -- "$@" &
	inside=$!
	wait "$inside"
	inside=
}

folder=$(mktemp -d)
machine=$folder/machine
clean() {
	if [ -n "$inside" ] && kill -KILL "$inside" 2>/dev/null; then sleep 1; fi
	rm -rf --one-file-system "$folder"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM

if ! command -v debootstrap >/dev/null; then
	say "installing debootstrap on this host"
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
fi
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
say "making an empty $suite with git, make and ca-certificates"
enclosed debootstrap --variant=minbase --include=git,make,ca-certificates "$suite" "$machine" >"$folder/log" 2>&1 ||
	{ tail -n 20 "$folder/log" >&2; exit 1; }

say "copying $(go version | cut -d ' ' -f 3) from this host, and how it reaches the network"
mkdir -p "$machine/usr/local"
cp -a "$(go env GOROOT)" "$machine/usr/local/go"
cp -L /etc/resolv.conf /etc/hosts "$machine/etc"
cp -L "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$machine/etc/ssl/certs/ca-certificates.crt"
{
	echo 'export PATH="$PATH:/usr/local/go/bin"'
	go env -changed GOPROXY GOFLAGS GONOPROXY GONOSUMDB GOPRIVATE GOSUMDB | sed 's/^/export /'
	export -p | grep -iE '^(export|declare -x) (https?|no|all)_proxy=' || true
} >"$machine/etc/profile.d/host.sh"

if [ -d "$repository" ]; then
	git -C "$repository" bundle create -q "$machine/srv/apppass" HEAD
	repository=/srv/apppass
fi
enclosed chroot "$machine" useradd --create-home --shell /bin/bash newcomer

cat >"$machine/srv/newcomer" <<'NEWCOMER'
# What the newcomer does. Job control (-m) gives make run a process group, to which Ctrl-C goes as it does in a terminal.
set -eum
repository=$1 start=$2
say() { printf '%4d s  %s\n' "$(($(date +%s) - start))" "$*"; }
show() { sed 's/^/          /' "$@"; }

for tool in cc chromium curl; do
	command -v $tool >/dev/null || say "there is no $tool"
done
git -c advice.detachedHead=false clone -q "$repository" apppass
cd apppass
say "cloned: $(git log -1 --format='%h %s')"
before=(/proc/[0-9]*)

say "make run"
: >../screen
make run >../screen 2>../progress &
until grep -q 'deleting it is the reset' ../screen; do
	kill -0 $! 2>/dev/null || { show ../progress; exit 1; }
	sleep 0.2
done
say "its first screen, after $(grep -c '^go: downloading' ../progress) modules were downloaded"
grep -hv '^go: downloading' ../progress ../screen | show

say "what the screen says to ask as a mail server"
body=$(sed -n "s/.*-d '\(.*\)'.*/\1/p" ../screen)
key=$(sed -n "s/.*-H '\(.*\)'.*/\1/p" ../screen)
exec 3<>/dev/tcp/127.0.0.1/8080
printf 'POST /v1/verify HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n%s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' "$key" "${#body}" "$body" >&3
tr -d '\r' <&3 >../answer
exec 3>&-
sed -n '1p; /^{/p' ../answer | show
grep -q '"unknown"' ../answer

say "Ctrl-C"
: >../progress
kill -INT -- -$!
{ wait $! || [ $? = 130 ]; } 2>/dev/null
after=(/proc/[0-9]*)
grep . ../progress | show
[ "${before[*]}" = "${after[*]}" ] || { say "left running:"; grep -a . "${after[@]/%//cmdline}" | tr '\0' ' ' | show; exit 1; }
say "nothing is left running"

say "make demo"
make demo 2>&1 | show

say "make test"
make test >../tests 2>&1 || { grep -vE '^ok|^go: downloading|no test files' ../tests | tail -n 60 | show; exit 1; }
grep -vE '^ok|^go: downloading|no test files' ../tests | show
say "$(grep -c '^ok' ../tests) packages are ok; git sees $(git status --porcelain | wc -l) changes"
NEWCOMER

enclosed sh -eu -c '
	mount -t proc proc "$1/proc"
	chroot "$1" su -l newcomer -c "bash -o pipefail /srv/newcomer $2 $3"
' sh "$machine" "$repository" "$start"

#!/bin/sh
# Runs what needs the SCTP of a Linux kernel on a machine whose own kernel has
# none: inside User Mode Linux, which is an ordinary process. The tests are ours
# against that SCTP, those of ipc/kernel, and routers whose association it
# carries. Arguments go to the test programs, for example -test.run Kernel/loss.
# Needs the Debian packages user-mode-linux, kmod and iproute2; UML=DIR names a
# folder with the unpacked user-mode-linux package instead. No privileges.
set -eu

packages="ipc/kernel ipc/sctp/interop lab/appliance"

if [ "${1:-}" = --inside ]; then
	mount -t sysfs sys /sys
	. "$(sed -n 's/.*settings=\([^ ]*\).*/\1/p' /proc/cmdline)"
	modprobe -d "$work" -a sctp tun hmac # with hmac the kernel signs its cookies
	[ -c /dev/net/tun ] || { mkdir -p /dev/net && mknod /dev/net/tun c 10 200; }
	ip link set lo up
	status=0
	for package in $packages; do
		cd "$folder/$package"
		eval "$work/$(basename "$package")" -test.timeout 300s "$arguments" || status=$?
	done
	echo "$status" >"$work/status"
	poweroff -f
fi

cd "$(dirname "$0")/../../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
linux=$(command -v "${UML:+$UML/usr/bin/}linux.uml") || { echo "no linux.uml: apt-get install user-mode-linux" >&2; exit 1; }
for package in $packages; do
	CGO_ENABLED=0 go test -c -o "$work/$(basename "$package")" "./$package"
done
[ $# -gt 0 ] || set -- -test.v -test.run Kernel
mkdir "$work/lib"
ln -s "${UML:-}/usr/lib/uml/modules" "$work/lib/modules"
cat >"$work/settings" <<END
work=$work
folder=$PWD
arguments="$(for a in "$@"; do printf " '%s'" "$a"; done)"
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
END
printf '#!/bin/sh\nmount -t proc proc /proc\nexec %s --inside >/dev/console 2>&1\n' "$PWD/ipc/sctp/interop/uml.sh" >"$work/init"
chmod +x "$work/init"
TMPDIR=$work "$linux" root=/dev/root rootfstype=hostfs rootflags=/ rw mem=512M quiet \
	con=null con0=null,fd:1 init="$work/init" settings="$work/settings" 2>&1
exit "$(cat "$work/status" 2>/dev/null || echo 1)"

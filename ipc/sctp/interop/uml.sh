#!/bin/sh
# Runs the tests against the SCTP of a Linux kernel on a machine whose own
# kernel has none: they run inside User Mode Linux, which is an ordinary
# process. Arguments go to the test program, for example -test.run Kernel/loss.
# Needs the Debian packages user-mode-linux, kmod and iproute2; UML=DIR names a
# folder with the unpacked user-mode-linux package instead. No privileges.
set -eu

if [ "${1:-}" = --inside ]; then
	mount -t sysfs sys /sys
	. "$(sed -n 's/.*settings=\([^ ]*\).*/\1/p' /proc/cmdline)"
	modprobe -d "$work" -a sctp tun hmac # with hmac the kernel signs its cookies
	[ -c /dev/net/tun ] || { mkdir -p /dev/net && mknod /dev/net/tun c 10 200; }
	ip link set lo up
	cd "$folder"
	status=0
	eval "$work/test" -test.timeout 300s "$arguments" || status=$?
	echo "$status" >"$work/status"
	poweroff -f
fi

cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
linux=$(command -v "${UML:+$UML/usr/bin/}linux.uml")
CGO_ENABLED=0 go test -c -o "$work/test" .
[ $# -gt 0 ] || set -- -test.v -test.run Kernel
mkdir "$work/lib"
ln -s "${UML:-}/usr/lib/uml/modules" "$work/lib/modules"
cat >"$work/settings" <<END
work=$work
folder=$PWD
arguments="$(for a in "$@"; do printf " '%s'" "$a"; done)"
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
END
printf '#!/bin/sh\nmount -t proc proc /proc\nexec %s --inside >/dev/console 2>&1\n' "$PWD/uml.sh" >"$work/init"
chmod +x "$work/init"
TMPDIR=$work "$linux" root=/dev/root rootfstype=hostfs rootflags=/ rw mem=512M quiet \
	con=null con0=null,fd:1 init="$work/init" settings="$work/settings" 2>&1
exit "$(cat "$work/status" 2>/dev/null || echo 1)"

"""Drives routers with netmiko: netmiko_drive.py {NAME SSH-PORT TELNET-PORT}..."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from netmiko import ConnectHandler, SSHDetect, file_transfer

number = os.environ["CLIENT_NUMBER"]
lines = 300

# No pause after each line of a set. What it takes for the end of an answer is
# still a second of silence: less is not enough on a busy machine.
brisk = {"fast_cli": True, "global_delay_factor": 0.5}


def reach(kind, port, user=os.environ["DEVICE_USER"], **more):
    return dict(
        device_type=kind, host="127.0.0.1", port=port, username=user, password=os.environ["DEVICE_PASSWORD"],
        secret=os.environ["DEVICE_SECRET"], **more
    )


def same(got, want):
    assert got == want, "%r is not %r" % (got, want)


def has(text, part):
    assert part in text, "no %r in %s" % (part, text)


def detect(name, port):
    same(SSHDetect(**reach("autodetect", port)).autodetect(), "cisco_ios")
    yield "autodetect"


def session(name, port, kind):
    log = "%s-%s.log" % (kind, name)
    c = ConnectHandler(session_log=log, **brisk, **reach(kind, port))
    same(c.find_prompt(), name + ">")
    c.enable()
    same(c.find_prompt(), name + "#")
    yield kind + ": login and enable"
    configure(c)
    yield kind + ": config set, and one with a wrong line"
    read_back(c, name)
    yield kind + ": read back"
    fill(c, kind)
    yield "%s: config set of %d lines" % (kind, lines)
    has(c.save_config(), "[OK]")
    yield kind + ": save_config"
    same(c.is_alive(), True)
    c.disconnect()


def configure(c):
    mark = (
        "interface Loopback{0}\ndescription client {0}\nip address 192.0.2.{0} 255.255.255.255\n"
        "ip access-list extended client-{0}\npermit tcp any host 192.0.2.{0} eq 22\ndeny ip any any log"
    )
    out = c.send_config_set(mark.format(number).split("\n"))
    has(out, "(config-ext-nacl)#")
    assert "%" not in out, out
    out = c.send_config_set(["interface Loopback" + number, "ip adress 192.0.2.1"])
    has(out, "% Invalid input detected at '^' marker.")


def read_back(c, name):
    has(c.send_command("show running-config interface Loopback" + number), " description client " + number)
    rows = [row.split() for row in c.send_command("show ip interface brief").splitlines()]
    same([row[1:3] + row[4:] for row in rows if row[0] == "Loopback" + number], [["192.0.2." + number, "YES", "up", "up"]])
    has(c.send_command("show version"), name + " uptime is ")


def fill(c, kind):
    """Hundreds of lines in one set, and the router has exactly these."""
    want = ["ip access-list extended " + kind] + [
        "permit tcp host 198.51.100.%d any eq %d" % (n % 250 + 1, n + 10000) for n in range(lines)
    ]
    c.send_config_set(want)
    got = [line.strip() for line in c.send_command("show running-config | section ^%s$" % want[0]).splitlines()]
    wrong = [pair for pair in zip(got, want) if pair[0] != pair[1]]
    assert got == want, "%d lines of %d: %s" % (len(got), len(want), wrong[:3])


def copy(name, port):
    """A file to flash: by SCP and back; MD5 sums on both sides."""
    c = ConnectHandler(**brisk, **reach("cisco_ios", port, os.environ["DEVICE_ENGINEER"]))
    with open("sent-" + name, "w") as f:
        f.write("! a file of netmiko\n" * 500)
    for source, target, direction in [("sent-" + name, "netmiko.txt", "put"), ("netmiko.txt", "got-" + name, "get")]:
        out = file_transfer(c, source, target, file_system="flash:", direction=direction)
        same(out, {"file_exists": True, "file_transferred": True, "file_verified": True})
    with open("got-" + name) as got, open("sent-" + name) as sent:
        same(got.read(), sent.read())
    c.disconnect()
    yield "file_transfer both ways, with MD5"


def replace(name, port):
    """The commands by which NAPALM loads, compares, commits and rolls back."""
    c = ConnectHandler(**brisk, **reach("cisco_ios", port, os.environ["DEVICE_ENGINEER"]))
    c.send_config_set(["file prompt quiet"])
    running = c.send_command("show running-config").split("\n", 3)[3]
    with open("candidate-" + name, "w") as f:
        f.write(running.replace("interface GigabitEthernet0/0\n", "interface GigabitEthernet0/0\n description replaced\n", 1))
    file_transfer(c, "candidate-" + name, "candidate.txt", file_system="flash:", direction="put")
    compare = "show archive config differences system:running-config flash:candidate.txt"
    has(c.send_command(compare), "+description replaced")
    c.send_command("copy running-config flash:rollback.txt")
    for file, want in [("candidate.txt", "!No changes were found"), ("rollback.txt", "+description replaced")]:
        out = c.send_command("configure replace flash:%s force" % file)
        has(out, "Rollback Done")
        assert "rror" not in out and "% Invalid" not in out, out
        has(c.send_command(compare), want)
    c.send_config_set(["no file prompt quiet"])
    c.disconnect()
    yield "configure replace and rollback as NAPALM does"


def main(args):
    routers = list(zip(args[::3], args[1::3], args[2::3]))
    with ThreadPoolExecutor(8) as threads:
        jobs = []
        for name, ssh, telnet in routers:
            jobs += [detect(name, ssh), session(name, ssh, "cisco_ios"), session(name, telnet, "cisco_ios_telnet"), copy(name, ssh)]
        report([threads.submit(list, job) for job in jobs])
        report([threads.submit(list, replace(name, ssh)) for name, ssh, _ in routers])  # of all that the others did


def report(jobs):
    for job in jobs:
        for what in job.result():
            print("drove:", what)


main(sys.argv[1:])

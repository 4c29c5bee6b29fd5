"""Ranks on two machines that this one plays: network namespaces, joined with a delay.

namespaces.py PROGRAM [--delay MS] [--tasks N] [--steps N] [--train FOLDER]: times the outer steps of bench_scaling_out, PROGRAM's
neighbour, by two ranks in two namespaces, for a delay of 0 and of MS, each way; and compares what it computes with one process. With
--train, PROGRAM (two_moons) meta-trains into FOLDER by two ranks at that delay.

Namespaces are joined by a veth pair, whose delay is that of tc's netem. A kernel without netem gets two tun devices instead, and this
program, which carries the packets from one to the other and keeps each for that time. For root, with iproute2 and Open MPI.
"""
import argparse
import contextlib
import ctypes
import fcntl
import heapq
import json
import os
import pathlib
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

NAMES, ADDRESSES, DEVICE = ["engram-a", "engram-b"], ["10.77.0.1", "10.77.0.2"], "link0"
TUNSETIFF, IFF_TUN, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 0x0001, 0x1000, 0x40000000


def ip(*words):
    subprocess.run(["ip", *map(str, words)], check=True, capture_output=True, text=True)


def inside(name, *words):
    ip("netns", "exec", name, *words)


class Relay(threading.Thread):
    """Carries packets from one tun device to another, each after its delay."""

    def __init__(self, here, there, delay):
        super().__init__(daemon=True)
        self.here, self.there, self.delay = here, there, delay

    def run(self):
        waiting, number = [], 0
        while True:
            now = time.monotonic()
            while waiting and waiting[0][0] <= now:
                packet = heapq.heappop(waiting)[2]
                with contextlib.suppress(OSError):  # until that end is up, what comes is lost, as on a wire
                    os.write(self.there, packet)
            timeout = max(0, waiting[0][0] - now) if waiting else None
            if select.select([self.here], [], [], timeout)[0]:
                heapq.heappush(waiting, (time.monotonic() + self.delay, number := number + 1, os.read(self.here, 65536)))


def tun_in(name):
    """A descriptor of a tun device in that namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{name}", os.O_RDONLY)
    libc.setns(there, CLONE_NEWNET)
    try:
        device = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", DEVICE.encode(), IFF_TUN | IFF_NO_PI))
    finally:
        libc.setns(home, CLONE_NEWNET)
        os.close(home)
        os.close(there)
    return device


def join(delay):
    """Two namespaces with a link; returns how it delays. `delay` is in ms, each way."""
    for name in NAMES:
        ip("netns", "add", name)
    how = "veth"
    ip("link", "add", DEVICE, "netns", NAMES[0], "type", "veth", "peer", "name", DEVICE, "netns", NAMES[1])
    if delay:
        try:
            for name in NAMES:
                inside(name, "tc", "qdisc", "add", "dev", DEVICE, "root", "netem", "delay", f"{delay}ms")
            how = "veth, netem"
        except subprocess.CalledProcessError:
            inside(NAMES[0], "ip", "link", "del", DEVICE)
            ends = [tun_in(name) for name in NAMES]
            for here, there in (ends, ends[::-1]):
                Relay(here, there, delay / 1e3).start()
            how = "tun, this program: the kernel has no netem"
    for name, mine, other in zip(NAMES, ADDRESSES, ADDRESSES[::-1]):
        inside(name, "ip", "addr", "add", f"{mine}/24" if how.startswith("veth") else mine, "dev", DEVICE)
        for device in ("lo", DEVICE):
            inside(name, "ip", "link", "set", device, "up")
        if how.startswith("tun"):
            inside(name, "ip", "route", "add", other, "dev", DEVICE)
    return how


def part():
    for name in NAMES:
        subprocess.run(["ip", "netns", "del", name], capture_output=True)


def mpirun(command):
    """Runs it by a rank in each namespace; what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        agent = pathlib.Path(folder) / "agent"  # in ssh's place: agent HOST COMMAND...
        cases = "\n".join(f"{a}) name={n} ;;" for a, n in zip(ADDRESSES, NAMES))
        agent.write_text(f'#!/bin/sh\ncase $1 in\n{cases}\nesac\nshift\nexec ip netns exec "$name" sh -c "$*"\n')
        agent.chmod(0o755)
        hosts = ",".join(f"{a}:1" for a in ADDRESSES)
        words = ["ip", "netns", "exec", NAMES[0], "mpirun", "--quiet", "--mca", "plm_rsh_agent", agent, "--mca", "btl", "tcp,self",
                 "--mca", "btl_tcp_if_include", DEVICE, "--mca", "oob_tcp_if_include", DEVICE, "--bind-to", "none",
                 "--host", hosts, "-n", 2, *command]
        environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        run = subprocess.run([str(w) for w in words], capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL)
    if run.returncode:
        sys.exit(f"two ranks ended with {run.returncode}:\n{run.stdout}{run.stderr}")
    return run.stdout


def ping():
    """The time there and back, in ms."""
    run = subprocess.run(["ip", "netns", "exec", NAMES[0], sys.executable, "-c", f"""
import socket, subprocess, sys, time
echo = subprocess.Popen(["ip", "netns", "exec", "{NAMES[1]}", sys.executable, "-c", '''
import socket
s = socket.create_server(("{ADDRESSES[1]}", 7777)); print(flush=True); c = s.accept()[0]
while (d := c.recv(1)): c.send(d)
'''], stdout=subprocess.PIPE)
echo.stdout.readline()
s = socket.create_connection(("{ADDRESSES[1]}", 7777)); s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
times = []
for i in range(50):
    start = time.monotonic(); s.send(b"x"); s.recv(1); times.append(time.monotonic() - start)
print(sorted(times)[25] * 1e3)
"""], check=True, capture_output=True, text=True)
    return float(run.stdout)


def shown(times):
    return f"{statistics.median(times):.2f} ms (least {min(times):.2f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--delay", type=float, default=1)
    parser.add_argument("--tasks", type=int, default=32)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--train", type=pathlib.Path)
    a = parser.parse_args()
    bench = [a.program.resolve().parent / "bench_scaling_out", "--tasks", a.tasks, "--steps", a.steps]
    if a.train:
        delays = [a.delay]
    else:
        delays = [0, a.delay]
        alone = json.loads(subprocess.run([str(w) for w in bench], check=True, capture_output=True, text=True).stdout)
        print(f"one process: {shown(alone['step_ms'])} an outer step of {a.tasks} tasks")
    for delay in delays:
        part()
        try:
            how = join(delay)
            print(f"delay {delay:g} ms each way ({how}): there and back {ping():.2f} ms")
            if a.train:
                print(mpirun([a.program.resolve(), "train", "--quick", "--out", a.train.resolve()]))
                continue
            two = json.loads(mpirun(bench))
            same = "the same bits as one process" if two["norm"] == alone["norm"] else "OTHER BITS than one process"
            print(f"  two ranks: {shown(two['step_ms'])} an outer step, of which MPI {shown(two['gather_ms'])} for {two['bytes']} bytes; {same}")
            if two["norm"] != alone["norm"]:
                sys.exit(1)
        finally:
            part()


main()

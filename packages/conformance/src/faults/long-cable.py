"""A cable with a length: two network devices (Linux TUN), packets carried between them late or never.

    long-cable.py DEVICE DEVICE DELAY_MS LOSS_PERCENT SEED

Makes the devices, prints `ready`, and carries until its standard input ends; the devices end with it.
Each line on its input is answered with the number of packets lost so far, of either direction.
What waits in a direction is bounded as in a router: behind QUEUE packets the next one is lost.
"""

import collections
import fcntl
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
PACKET = 65_536
QUEUE = 1_000


def device(name):
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH14x", name.encode(), IFF_TUN | IFF_NO_PI))
    return end


class Way:
    """One direction."""

    def __init__(self, source, target):
        self.source = source
        self.target = target
        self.waiting = collections.deque()

    def take(self, now, delay, is_lost):
        """Packets that were lost, of those that are there to read."""
        lost = 0
        while True:
            try:
                packet = os.read(self.source, PACKET)
            except OSError:  # nothing there, or the device is down
                return lost
            if is_lost() or len(self.waiting) == QUEUE:
                lost += 1
            else:
                self.waiting.append((now + delay, packet))

    def give(self, now):
        """Seconds until the next one is due."""
        while self.waiting:
            due, packet = self.waiting[0]
            if due > now:
                return due - now
            self.waiting.popleft()
            try:
                os.write(self.target, packet)
            except OSError:  # the device is down: what arrives there is gone
                pass
        return None


def main():
    a, b, delay_ms, loss_percent, seed = sys.argv[1:]
    delay, loss = float(delay_ms) / 1000, float(loss_percent) / 100
    chance = random.Random(int(seed))
    ends = [device(a), device(b)]
    ways = [Way(ends[0], ends[1]), Way(ends[1], ends[0])]
    lost = 0
    print("ready", flush=True)
    while True:
        now = time.monotonic()
        waits = [wait for wait in (way.give(now) for way in ways) if wait is not None]
        readable, _, _ = select.select([*ends, sys.stdin], [], [], min(waits, default=None))
        now = time.monotonic()
        for way in ways:
            if way.source in readable:
                lost += way.take(now, delay, lambda: chance.random() < loss)
        if sys.stdin in readable:
            if not sys.stdin.readline():
                return
            print(lost, flush=True)


main()

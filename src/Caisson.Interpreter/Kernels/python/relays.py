"""Carries the streams of all forked kernels of a sandbox: one process, where one for each context would be most of an idle context's memory.

It is forked off the zygote before that loads anything, and no kernel is a fork of it: what it carries is in the memory of no context.
"""
import os
import select
import socket
import struct
import sys

from launch import Relay, exit_code

DESCRIPTORS = 5
MOST = 128


class Context:
    """One kernel's streams, the zygote's word of its end, and the process that holds its place."""

    def __init__(self, holder, target, out, err, frames, kernel):
        self.holder, self.kernel = holder, socket.socket(fileno=kernel)
        os.set_blocking(target, False)
        self.relay = Relay(target, out, err, frames, kernel)
        self.descriptors = (target, out, err, frames)
        self.held = False

    def wanted(self):
        return {**(self.relay.wanted() if self.held else {}), self.holder.fileno(): select.POLLIN}

    def turn(self, ready):
        """Goes on with what is ready; false when that was the end."""
        try:
            # It says once that it can be signalled, before which nobody hears of the kernel; its end is that of the context, whatever waits.
            if self.holder.fileno() in ready:
                self.held = not self.held and self.holder.recv(1) != b""
                return self.held
            if not self.relay.turn(ready):
                return True
            number = self.kernel.recv(4)
            status = int.from_bytes(number, "big", signed=True) if len(number) == 4 else 137
            self.holder.send(b"%d\n" % exit_code(status))
        except OSError:
            # Nobody reads any more.
            pass
        return False

    def close(self):
        """The zygote ends a kernel that lives still."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.kernel.close()
        self.holder.close()


class Streams:
    def __init__(self, listener, zygote):
        self.listener, self.zygote = listener, zygote
        self.poll = select.poll()
        self.contexts = {}
        self.watched = {}
        self.arriving = {}
        self.count = 0
        for descriptor in (listener.fileno(), zygote):
            self.poll.register(descriptor, select.POLLIN)

    def run(self):
        """Goes on until the zygote has ended, and all its kernels with it."""
        while self.listener is not None or self.count:
            ready = {}
            for descriptor, _ in self.poll.poll():
                if descriptor in self.contexts:
                    ready.setdefault(self.contexts[descriptor], set()).add(descriptor)
                elif descriptor in self.arriving:
                    self.enter(self.arriving.pop(descriptor))
                elif descriptor == self.zygote:
                    self.leave()
                elif self.listener is not None:
                    self.accept()
            for context, descriptors in ready.items():
                alive = context.turn(descriptors)
                self.watch(context, context.wanted() if alive else {})
                if not alive:
                    context.close()
                    self.count -= 1

    def accept(self):
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return
        _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        if uid not in (os.getuid(), 0) or len(self.arriving) + self.count >= MOST:
            connection.close()
            return
        connection.setblocking(False)
        self.arriving[connection.fileno()] = connection
        self.poll.register(connection, select.POLLIN)

    def enter(self, holder):
        """Takes a context over from the process that has asked for its kernel."""
        self.poll.unregister(holder)
        descriptors = []
        try:
            _, ancillary, _, _ = holder.recvmsg(1, socket.CMSG_SPACE(DESCRIPTORS * 4))
            for level, kind, data in ancillary:
                if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                    descriptors += struct.unpack(f"{len(data) // 4}i", data[: len(data) // 4 * 4])
            if len(descriptors) != DESCRIPTORS:
                raise OSError("not a context")
            context = Context(holder, *descriptors)
        except OSError:
            for descriptor in descriptors:
                os.close(descriptor)
            holder.close()
            return
        self.count += 1
        self.watch(context, context.wanted())

    def watch(self, context, wanted):
        before = self.watched.pop(context, {})
        for descriptor in before.keys() - wanted.keys():
            self.poll.unregister(descriptor)
            del self.contexts[descriptor]
        for descriptor, events in wanted.items():
            if before.get(descriptor) != events:
                self.poll.register(descriptor, events)
                self.contexts[descriptor] = context
        if wanted:
            self.watched[context] = wanted

    def leave(self):
        """Makes room for the next zygote; each kernel's connection tells of its end by itself."""
        self.poll.unregister(self.zygote)
        self.poll.unregister(self.listener)
        self.listener.close()
        self.listener = None


def start(name):
    """Forks the process off; returns its pid. It goes once no other process has the end that we keep open."""
    life, _ = pipe = os.pipe()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind("\0" + name)
    listener.listen(64)
    pid = os.fork()
    if pid:
        listener.close()
        os.close(life)
        return pid
    try:
        os.close(pipe[1])
        nothing = os.open("/dev/null", os.O_RDWR)
        for descriptor in range(2):
            os.dup2(nothing, descriptor)
        Streams(listener, life).run()
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(1)

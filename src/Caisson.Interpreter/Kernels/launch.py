"""Starts one kernel and joins what it writes to one stream of frames, one JSON object a line.

launch.py CWD PROGRAM ARGUMENT...

The kernel gets: 0 nothing to read, 1 and 2 pipes, 3 requests, 4 frames. It is small and imports nothing but built-in modules, because it is started
once for every context of a program of its own. Kernels that are forks are entered (enter.py) and share one process for this (relays.py).
"""
import codecs
import errno
import os
import select
import signal
import sys

from _json import encode_basestring_ascii as quote

PIECE = 32 << 10
DRAIN = 1 << 20


class Child:
    """A kernel that is our own child."""

    def __init__(self, cwd, command, descriptors):
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                os.chdir(cwd)
                place(descriptors)
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                signal.signal(signal.SIGPIPE, signal.SIG_DFL)
                os.execvp(command[0], command)
            except OSError as error:
                os.write(2, f"{command[0]}: {error.strerror}\n".encode())
            finally:
                os._exit(127)
        self.descriptor = os.pidfd_open(self.pid)

    def interrupt(self):
        try:
            os.killpg(self.pid, signal.SIGINT)
        except ProcessLookupError:
            pass

    def wait(self):
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def place(descriptors):
    """Puts the descriptors at 0, 1, 2, ... and closes all others."""
    high = [os.dup(descriptor) if descriptor <= len(descriptors) else descriptor for descriptor in descriptors]
    # Copies of low ones may have landed on low numbers again.
    high = [descriptor if descriptor > len(descriptors) else lift(descriptor, len(descriptors)) for descriptor in high]
    for number, descriptor in enumerate(high):
        os.dup2(descriptor, number, inheritable=True)
    os.closerange(len(descriptors), 65536)


def lift(descriptor, above):
    import fcntl

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD, above + 1)


def exit_code(status):
    """What a shell would tell of it."""
    return status if 0 <= status <= 255 else 128 - status & 255


def ask(requests):
    """Passes a piece of a request on; false when no more will come."""
    data = os.read(0, PIECE)
    if not data:
        os.close(requests)
        return False
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(requests, view):]
    except BrokenPipeError:
        return False
    return True


class Relay:
    """Passes frames on as they are, and what the kernel's processes print as frames, never one inside another.

    What the target does not take yet waits here, and nothing more is read until it has gone.
    """

    def __init__(self, target, out, err, frames, end):
        self.target, self.frames, self.end = target, frames, end
        self.pipes = {out: (b"stdout", codecs.getincrementaldecoder("utf-8")("replace")),
                      err: (b"stderr", codecs.getincrementaldecoder("utf-8")("replace"))}
        self.open = {out, err, frames}
        self.waiting = bytearray()
        self.whole = True
        self.ended = self.done = False
        for descriptor in self.open:
            os.set_blocking(descriptor, False)

    def wanted(self):
        """The descriptors to wait for, each with what for."""
        if self.waiting:
            return {self.target: select.POLLOUT}
        # Inside a frame only its rest may follow; its writer is at work.
        readable = self.open if self.whole else self.open & {self.frames}
        return dict.fromkeys((*readable, self.end), select.POLLIN)

    def turn(self, ready):
        """Goes on with what is ready; true once everything has been passed on and the kernel has ended."""
        if not self.flush():
            return False
        if self.end in ready:
            self.ended = True
        if not self.ended:
            self.take(ready)
        while self.ended and not self.done and self.flush():
            self.finish()
        return self.flush() and self.done

    def flush(self):
        """Writes what waits; false while the target takes no more."""
        try:
            while self.waiting:
                del self.waiting[:os.write(self.target, self.waiting)]
        except BlockingIOError:
            return False
        return True

    def take(self, ready):
        if self.frames in ready and self.frame() == 0:
            self.open.discard(self.frames)
        if self.whole:
            for descriptor in self.pipes:
                # The frame before may have taken what there was: that is not its end.
                if descriptor in ready and self.printed(descriptor) == 0:
                    self.open.discard(descriptor)

    def finish(self):
        """Takes what an ended kernel left, as much at once as may wait here."""
        while self.frame():
            if len(self.waiting) >= DRAIN:
                return
        if not self.whole:
            self.waiting += b"\n"
        self.drain()
        self.done = True

    def read(self, descriptor):
        """Reads one piece; None when there is none now, empty at the end."""
        try:
            return os.read(descriptor, PIECE)
        except BlockingIOError:
            return None
        except OSError as error:
            if error.errno == errno.EIO:
                return b""
            raise

    def printed(self, descriptor):
        """Takes one piece of output and returns its size; None when there is none now, 0 at the end."""
        kind, decoder = self.pipes[descriptor]
        data = self.read(descriptor)
        if data is None:
            return None
        text = decoder.decode(data, final=not data)
        if text:
            self.waiting += b'{"t":"%s","text":%s}\n' % (kind, quote(text).encode())
        return len(data)

    def drain(self):
        """What was printed before a frame goes out before it."""
        for descriptor in self.pipes:
            taken = 0
            while taken < DRAIN and self.printed(descriptor):
                taken += PIECE

    def frame(self):
        """Takes one piece of frames and returns its size; None when there is none now, 0 at the end."""
        if self.whole:
            self.drain()
        data = self.read(self.frames)
        if data:
            self.waiting += data
            self.whole = data.endswith(b"\n")
        return None if data is None else len(data)


def wait(wanted):
    """Waits until one of the descriptors is ready and returns those that are."""
    poll = select.poll()
    for descriptor, events in wanted.items():
        poll.register(descriptor, events)
    return {descriptor for descriptor, _ in poll.poll()}


def main():
    cwd, *command = sys.argv[1:]
    out, out_end = os.pipe()
    err, err_end = os.pipe()
    frames, frames_end = os.pipe()
    nothing = os.open("/dev/null", os.O_RDONLY)
    # Programs that open their descriptors by name need a pipe of their own user's; the one we read is the guest's.
    requests, requests_end = os.pipe()
    try:
        child = Child(cwd, command, [nothing, out_end, err_end, requests, frames_end])
    except OSError as error:
        os.write(2, f"the kernel could not be started: {error}\n".encode())
        return 126
    signal.signal(signal.SIGINT, lambda *_: child.interrupt())
    for descriptor in (requests, nothing, out_end, err_end, frames_end):
        os.close(descriptor)
    relay = Relay(1, out, err, frames, child.descriptor)
    asked, ready = {0: select.POLLIN}, set()
    while not relay.turn(ready):
        ready = wait({**relay.wanted(), **asked})
        if 0 in ready and not ask(requests_end):
            asked = {}
    return child.wait()


if __name__ == "__main__":
    os._exit(exit_code(main()))

"""Starts one kernel and joins what it writes to one stream of frames, one JSON object a line.

launch.py CWD exec PROGRAM ARGUMENT...   a program of its own
launch.py CWD fork NAME                  a fork of the zygote that listens on the abstract socket NAME

The kernel gets: 0 nothing to read, 1 and 2 pipes, 3 requests, 4 frames. It is small and imports
nothing but built-in modules, because it is started once for every context.
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


class Fork:
    """A kernel that the zygote forked for us; closing our end of the connection ends it."""

    def __init__(self, cwd, name, descriptors):
        import _socket
        import json

        self.connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        self.connection.connect("\0" + name)
        about = json.dumps({"cwd": cwd, "environment": dict(os.environ)}).encode()
        rights = b"".join(descriptor.to_bytes(4, sys.byteorder) for descriptor in descriptors)
        sent = self.connection.sendmsg([len(about).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
        if sent != 4:
            raise OSError("the zygote took nothing")
        while about:
            about = about[self.connection.send(about):]
        self.pid = self._number()
        self.descriptor = self.connection.fileno()

    def interrupt(self):
        try:
            os.killpg(self.pid, signal.SIGINT)
        except (ProcessLookupError, PermissionError):
            pass

    def wait(self):
        return self._number()

    def _number(self):
        data = b""
        while len(data) < 4:
            piece = self.connection.recv(4 - len(data))
            if not piece:
                return 137
            data += piece
        return int.from_bytes(data, "big", signed=True)


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


def write(data):
    view = memoryview(data)
    while view:
        view = view[os.write(1, view):]


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
    """Passes frames on as they are, and what the kernel's processes print as frames, never one inside another."""

    def __init__(self, out, err, frames):
        self.frames = frames
        self.pipes = {out: (b"stdout", codecs.getincrementaldecoder("utf-8")("replace")),
                      err: (b"stderr", codecs.getincrementaldecoder("utf-8")("replace"))}
        self.whole = True
        for descriptor in (out, err, frames):
            os.set_blocking(descriptor, False)

    def take(self, descriptor):
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
        """Passes one piece of output on and returns its size; None when there is none now, 0 at the end."""
        kind, decoder = self.pipes[descriptor]
        data = self.take(descriptor)
        if data is None:
            return None
        text = decoder.decode(data, final=not data)
        if text:
            write(b'{"t":"%s","text":%s}\n' % (kind, quote(text).encode()))
        return len(data)

    def drain(self):
        """What was printed before a frame goes out before it."""
        for descriptor in self.pipes:
            taken = 0
            while taken < DRAIN and self.printed(descriptor):
                taken += PIECE

    def frame(self):
        """Passes one piece of frames on and returns its size; None when there is none now, 0 at the end."""
        if self.whole:
            self.drain()
        data = self.take(self.frames)
        if data:
            write(data)
            self.whole = data.endswith(b"\n")
        return None if data is None else len(data)


def main():
    cwd, how, *command = sys.argv[1:]
    out, out_end = os.pipe()
    err, err_end = os.pipe()
    frames, frames_end = os.pipe()
    nothing = os.open("/dev/null", os.O_RDONLY)
    # Programs that open their descriptors by name need a pipe of their own user's; the one we read is the guest's.
    requests, requests_end = (0, None) if how == "fork" else os.pipe()
    descriptors = [nothing, out_end, err_end, requests, frames_end]
    try:
        child = Fork(cwd, command[0], descriptors) if how == "fork" else Child(cwd, command, descriptors)
    except OSError as error:
        os.write(2, f"the kernel could not be started: {error}\n".encode())
        return 126
    signal.signal(signal.SIGINT, lambda *_: child.interrupt())
    for descriptor in (requests, nothing, out_end, err_end, frames_end):
        os.close(descriptor)
    relay = Relay(out, err, frames)
    poll = select.poll()
    for descriptor in (frames, out, err, child.descriptor, *([] if requests_end is None else [0])):
        poll.register(descriptor, select.POLLIN)
    while True:
        ready = {descriptor for descriptor, _ in poll.poll()}
        if 0 in ready and requests_end is not None and not ask(requests_end):
            poll.unregister(0)
        if frames in ready and relay.frame() == 0 and child.descriptor not in ready:
            poll.unregister(frames)
        if relay.whole:
            for descriptor in (out, err):
                # The frame before may have taken what there was: that is not its end.
                if descriptor in ready and relay.printed(descriptor) == 0 and child.descriptor not in ready:
                    poll.unregister(descriptor)
        elif frames not in ready and child.descriptor not in ready:
            # Only the rest of the frame may follow; its writer is at work.
            select.select([frames, child.descriptor], [], [], 1)
        if child.descriptor in ready:
            while relay.frame():
                pass
            if not relay.whole:
                write(b"\n")
            relay.drain()
            return child.wait()


if __name__ == "__main__":
    status = main()
    os._exit(status if 0 <= status <= 255 else 128 - status & 255)

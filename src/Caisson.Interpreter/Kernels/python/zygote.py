"""One Python with its imports loaded, forked for every new context. zygote.py NAME listens on the abstract socket NAME."""
import _signal
import ctypes
import gc
import json
import os
import random
import select
import signal
import socket
import struct
import sys
import warnings

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Before the first fork: one that imports copies a megabyte of what it shares.
from launch import place  # noqa: E402

MAX_ABOUT = 4 << 20
DESCRIPTORS = 5
STATE = 624

# Python's own runs hooks that write to what forks share, to repair what other threads may have broken; we have none. The lock of the interpreter stays held.
fork = ctypes.PyDLL(None).fork


def preload():
    """Imports what most code needs; what the host lacks is left out."""
    warnings.filterwarnings("ignore")
    for name in ("numpy", "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_agg", "PIL.Image"):
        try:
            __import__(name)
        except ImportError:
            pass
    warnings.resetwarnings()


def reseed():
    """A fork shares the random state of its parent until it draws its own."""
    random.seed()
    if (numpy := sys.modules.get("numpy")) is not None:
        # As random as what its seed() makes, which writes to more of what forks share.
        numpy.random.set_state(("MT19937", numpy.frombuffer(os.urandom(STATE * 4), numpy.uint32), STATE))


def changes(wanted):
    """What to change of our own environment, variable by variable; those that stay are not touched."""
    have = dict(os.environ)
    return [(name, value) for name, value in wanted.items() if have.get(name) != value] + [(name, None) for name in have if name not in wanted]


def descendants(pid):
    """Every process below one, found by their parents."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    parents[int(name)] = int(file.read().rsplit(b")", 1)[1].split()[1])
            except (OSError, IndexError, ValueError):
                continue
    found = [pid]
    for parent in found:
        found.extend(child for child, its in parents.items() if its == parent and child not in found)
    return found[1:]


def kill(pid):
    """Ends a kernel, its process group and all below it."""
    below = descendants(pid)
    for target in (-pid, pid, *below):
        try:
            os.kill(target, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


def receive(connection):
    """What one asks for who wants a kernel: its descriptors, its directory, what to change of the environment."""
    head, ancillary, _, _ = connection.recvmsg(4, socket.CMSG_SPACE(DESCRIPTORS * 4))
    descriptors = []
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors += struct.unpack(f"{len(data) // 4}i", data[: len(data) // 4 * 4])
    try:
        length = int.from_bytes(head, "big")
        if len(head) != 4 or length > MAX_ABOUT or len(descriptors) != DESCRIPTORS:
            raise ValueError("not a request")
        about = b""
        while len(about) < length:
            piece = connection.recv(length - len(about))
            if not piece:
                raise ValueError("who asked went away")
            about += piece
        wishes = json.loads(about)
        return descriptors, wishes["cwd"], changes(wishes["environment"])
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        for descriptor in descriptors:
            os.close(descriptor)
        raise ValueError("not a request") from error


def become(kernel, descriptors, cwd, environment):
    """Turns a fork into a kernel; does not return."""
    status = 70
    try:
        os.setsid()
        _signal.set_wakeup_fd(-1)
        _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
        place(descriptors)
        for name, value in environment:
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        os.chdir(cwd)
        reseed()
        status = kernel.serve()
    except BaseException as error:
        os.write(2, f"the kernel could not start: {error}\n".encode("utf-8", "replace"))
    finally:
        os._exit(status)


class Zygote:
    def __init__(self, kernel, name, streams):
        self.kernel = kernel
        self.streams = streams
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind("\0" + name)
        self.listener.listen(64)
        self.poll = select.poll()
        self.poll.register(self.listener, select.POLLIN)
        self.wake, end = os.pipe()
        os.set_blocking(end, False)
        os.set_blocking(self.wake, False)
        signal.set_wakeup_fd(end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.poll.register(self.wake, select.POLLIN)
        self.owners = {}
        self.kernels = {}

    def run(self):
        while True:
            for descriptor, _ in self.poll.poll():
                if descriptor == self.listener.fileno():
                    self.accept()
                elif descriptor == self.wake:
                    self.reap()
                elif descriptor in self.owners:
                    self.abandon(descriptor)

    def accept(self):
        connection, _ = self.listener.accept()
        connection.settimeout(5)
        try:
            _, uid, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
            if uid not in (os.getuid(), 0):
                raise ValueError("not our user")
            descriptors, cwd, environment = receive(connection)
        except (ValueError, OSError):
            connection.close()
            return
        pid = fork()
        if pid == 0:
            become(self.kernel, descriptors, cwd, environment)
        for descriptor in descriptors:
            os.close(descriptor)
        if pid < 0:
            connection.close()
            return
        self.owners[connection.fileno()] = (connection, pid)
        self.kernels[pid] = connection
        self.poll.register(connection, select.POLLIN)
        self.tell(connection, pid)

    def reap(self):
        try:
            while os.read(self.wake, 512):
                pass
        except BlockingIOError:
            pass
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid == self.streams:
                self.end()
            if (connection := self.kernels.pop(pid, None)) is not None:
                self.tell(connection, os.waitstatus_to_exitcode(status))
                self.drop(connection)

    def abandon(self, descriptor):
        connection, pid = self.owners[descriptor]
        self.drop(connection)
        if self.kernels.pop(pid, None) is not None:
            kill(pid)

    def end(self):
        """Without their streams kernels are of no use, and more cannot be made."""
        for descriptor in list(self.owners):
            self.abandon(descriptor)
        os._exit(1)

    def drop(self, connection):
        self.poll.unregister(connection)
        del self.owners[connection.fileno()]
        connection.close()

    @staticmethod
    def tell(connection, number):
        try:
            connection.sendall(number.to_bytes(4, "big", signed=True))
        except OSError:
            pass


def main():
    import relays
    streams = relays.start(f"{sys.argv[1]}-streams")
    # No context's "import relays" shall find it.
    del sys.modules["relays"]
    preload()
    import kernel
    kernel.prepare(kernel.REHEARSALS)
    # A collection would write to every object that forks share.
    gc.collect()
    gc.freeze()
    zygote = Zygote(kernel, sys.argv[1], streams)
    os.write(1, b'{"t":"ready"}\n')
    zygote.run()


if __name__ == "__main__":
    main()

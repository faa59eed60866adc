"""A Python from which every execution of a rollout is a fork, in a cell of its own: fresh namespaces, a small disk, its own groups, no rights.

It speaks with the server over one Unix socket in frames: length, kind, lane, id; then that many bytes. What belongs to a task is never in memory
that another task's fork has: it lies in a region of its lane, which no other fork gets, and output is passed on from a region that none gets.
"""
import _heapq as heapq
import _signal as signal
import _socket as socket
import _struct as struct
import ctypes
import gc
import mmap
import os
import select
import sys
import time
from array import array
from fcntl import ioctl

import cell
from cell import check, libc

HEAD = struct.Struct("<IBxHI")
RUN = struct.Struct("<IIQB7x")
END = struct.Struct("<iBxxxII")
HELLO, LANE, START, KILL = 0, 1, 2, 3
READY, OUTPUT, ENDED = 1, 2, 3
HAS_INPUT, CUT = 1, 2
TIMED_OUT, EXCEEDED, BEGUN = 1, 2, 4
REGION = 1 << 20
PIECE = 1 << 16
MANY = 1 << 15
MOST_INPUT = 1 << 16
MOST_DESCRIPTORS = 16
MOST_LANES = 256
TICK = 0.05
FIONREAD = 0x541B
DONTFORK, DOFORK = 10, 11
RECURSIVE, AT_FDCWD, READ_ONLY, MOUNT_SETATTR = 0x8000, -100, 1, 442
REC, PRIVATE = 0x4000, 1 << 18
NEWPID, CLONE_VM, CLONE = 0x20000000, 0x100, 56

# Process 1 of every cell: it ignores SIGCHLD, so that the kernel reaps for it, closes every descriptor, and pauses for ever.
#   mov eax,13; mov edi,17; lea rsi,[rip+39]; xor edx,edx; mov r10d,8; syscall; mov eax,436; xor edi,edi; mov esi,-1; xor edx,edx; syscall
#   again: mov eax,34; syscall; jmp again; struct sigaction
INIT = bytes.fromhex(
    "b80d000000 bf11000000 488d3527000000 31d2 41ba08000000 0f05 b8b4010000 31ff beffffffff 31d2 0f05 b822000000 0f05 ebf7 90909090"
) + struct.pack("<QQQQ", 1, 0, 0, 0)


fork = ctypes.PyDLL(None).fork


class Lane:
    """What one execution after the other has on the host, and the memory that holds its task."""

    def __init__(self, number):
        self.number, self.network, self.groups = number, -1, []
        self.region = mmap.mmap(-1, REGION, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self.region.madvise(DONTFORK)

    def give(self, descriptors):
        for old in (self.network, *self.groups):
            if old >= 0:
                os.close(old)
        self.network, *self.groups = descriptors


class Run:
    """One execution under way."""
    __slots__ = ("id", "lane", "init", "child", "out", "err", "left", "flags", "status", "cut", "until", "since")


class Zygote:
    def __init__(self, channel):
        self.channel = channel
        self.lanes, self.runs, self.pids, self.pipes, self.ends = {}, {}, {}, {}, []
        self.head = bytearray(HEAD.size)
        self.buffer = mmap.mmap(-1, 2 * PIECE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self.buffer.madvise(DONTFORK)
        self.view = memoryview(self.buffer)
        # Shared with a fork until it has entered its cell, and then taken from it.
        self.begun = mmap.mmap(-1, mmap.PAGESIZE)
        self.code = mmap.mmap(-1, mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        self.code.write(INIT)
        self.entry = ctypes.addressof(ctypes.c_char.from_buffer(self.code))
        self.stacks = (ctypes.c_uint64 * MOST_LANES)(*[self.entry] * MOST_LANES)
        self.stack = ctypes.addressof(self.stacks)
        self.home = os.open("/proc/self/ns/pid", os.O_RDONLY)
        self.nothing = os.open("/dev/null", os.O_RDONLY)
        self.available = array("i", [0])
        self.wake, wake = os.pipe2(os.O_NONBLOCK)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self.poll = select.epoll()
        self.poll.register(channel.fileno(), select.EPOLLIN)
        self.poll.register(self.wake, select.EPOLLIN)
        self.closing = None
        self.own, self.loaded = ("zygote", "cell"), frozenset()

    def serve(self):
        channel, wake, pipes = self.channel.fileno(), self.wake, self.pipes
        while True:
            for fd, _ in self.poll.poll(self.patience()):
                if fd == channel:
                    self.receive()
                elif fd == wake:
                    try:
                        os.read(wake, 4096)
                    except BlockingIOError:
                        pass
                    self.reap()
                elif fd in pipes:
                    self.look(fd)
            if self.ends:
                self.expire()

    def patience(self):
        if not self.runs:
            return None
        return max(0.0, min(TICK, self.ends[0][0] - time.monotonic())) if self.ends else TICK

    def receive(self):
        count, ancillary, _, _ = self.channel.recvmsg_into([self.head], socket.CMSG_LEN(MOST_DESCRIPTORS * 4))
        if count == 0:
            os._exit(0)
        while count < HEAD.size:
            count += self.channel.recv_into(memoryview(self.head)[count:])
        length, kind, number, id = HEAD.unpack(self.head)
        if kind == START:
            self.start(self.lanes[number], id, length)
        elif kind == LANE:
            lane = self.lanes.get(number) or self.lanes.setdefault(number, Lane(number))
            lane.give(array("i", b"".join(data for _, _, data in ancillary)))
        elif kind == KILL:
            if id in self.runs:
                os.kill(self.runs[id].init, signal.SIGKILL)
        elif kind == HELLO:
            self.hello(self.read(length))

    def read(self, length):
        body = bytearray(length)
        self.fill(memoryview(body))
        return bytes(body)

    def fill(self, view):
        while len(view):
            count = self.channel.recv_into(view)
            if count == 0:
                os._exit(0)
            view = view[count:]

    def hello(self, body):
        size = int.from_bytes(body[:4], "little")
        self.program = body[4:4 + size]
        self.closing = cell.Filter(size // 8, self.program)
        if sys.flags.no_site:
            # Without what packages have hooked into the start, but with the names and places that everybody expects.
            import site
            site.setquit()
            site.setcopyright()
            site.sethelper()
            sys.path.extend(place for place in site.getsitepackages() if os.path.isdir(place))
        for name in body[4 + size:].decode().split():
            __import__(name)
        self.loaded = frozenset(name.split(".")[0] for name in sys.modules) - {"__main__", *self.own}
        os.makedirs(cell.PLACE, exist_ok=True)
        check(libc.unshare(cell.NEWNS), "unshare")
        check(libc.mount(None, b"/", None, REC | PRIVATE, None), "private")
        # struct mount_attr: set, clear, propagation, user namespace
        attributes = (ctypes.c_uint64 * 4)(READ_ONLY, 0, 0, 0)
        check(libc.syscall(MOUNT_SETATTR, AT_FDCWD, b"/", RECURSIVE, attributes, 32), "read-only")
        gc.collect()
        gc.freeze()
        gc.disable()
        self.channel.sendall(HEAD.pack(0, READY, 0, 0))

    def start(self, lane, id, length):
        view = memoryview(lane.region)
        with view[:length] as part:
            self.fill(part)
        timeout, limit, disk, flags = RUN.unpack_from(lane.region)
        run = Run()
        run.id, run.lane, run.left, run.cut, run.flags, run.status = id, lane, [limit, limit], flags & CUT, 0, None
        self.begun[lane.number] = 0
        run.out, out = os.pipe()
        run.err, err = os.pipe()
        input = os.pipe() if flags & HAS_INPUT else None
        view.release()
        check(libc.unshare(NEWPID), "unshare")
        lane.region.madvise(DOFORK)
        try:
            run.init = libc.syscall(CLONE, CLONE_VM | signal.SIGCHLD, ctypes.c_void_p(self.stack + 8 * lane.number), 0, 0, 0)
            check(-1 if run.init < 0 else 0, "clone")
            # Not os.fork: there is one thread, so nothing of the interpreter's need be repaired, and its hooks touch half of its memory.
            run.child = fork()
            check(-1 if run.child < 0 else 0, "fork")
            if run.child == 0:
                self.inside(lane, length, disk, input, out, err)
        finally:
            lane.region.madvise(DONTFORK)
            check(libc.setns(self.home, NEWPID), "setns")
        os.close(out)
        os.close(err)
        if input:
            os.close(input[0])
            os.close(input[1])
        self.runs[id] = self.pids[run.child] = self.pids[run.init] = run
        for index, fd in enumerate((run.out, run.err)):
            os.set_blocking(fd, False)
            self.pipes[fd] = (run, index)
            self.poll.register(fd, select.EPOLLIN | select.EPOLLET)
        run.since = time.monotonic()
        run.until = run.since + timeout / 1000
        heapq.heappush(self.ends, (run.until, id))

    def inside(self, lane, length, disk, input, out, err):
        try:
            self.channel.detach()
            number = lane.number
            task = cell.Task(lane.region[RUN.size:length])
            lane.region.close()
            cell.enter(lane.groups, lane.network, self.closing, disk)
            rest = task.lay()
            os.dup2(input[0] if input else self.nothing, 0)
            os.dup2(out, 1)
            os.dup2(err, 2)
            if input:
                os.set_blocking(input[1], False)
                os.write(input[1], rest)
            cell.close_range(3, 0x7fffffff, 0)
            main, path = cell.become(task, self.own, self.loaded)
            self.begun[number] = 1
            self.begun.close()
            del task, rest
            gc.enable()
        except BaseException as error:
            os.write(err, f"{type(error).__name__}: {error}".encode())
            os._exit(1)
        cell.run(main, path)

    def look(self, fd):
        # What a pipe can hold is left in it until the end: most executions write little.
        ioctl(fd, FIONREAD, self.available)
        if self.available[0] >= MANY:
            self.drain(fd, self.view[:PIECE])

    def drain(self, fd, view):
        """Passes on what is there; false when there will be no more."""
        run, index = self.pipes[fd]
        while True:
            try:
                count = os.readv(fd, [view])
            except BlockingIOError:
                return
            if count == 0:
                return
            kept = self.keep(run, index, count)
            if kept:
                self.send(HEAD.pack(kept, OUTPUT, index, run.id), view[:kept])

    def keep(self, run, index, count):
        kept = min(count, run.left[index])
        run.left[index] -= kept
        if kept < count:
            run.flags |= EXCEEDED
            if not run.cut and run.status is None:
                os.kill(run.init, signal.SIGKILL)
        return kept

    def expire(self):
        now = time.monotonic()
        while self.ends and self.ends[0][0] <= now:
            run = self.runs.get(heapq.heappop(self.ends)[1])
            if run is not None and run.status is None:
                run.flags |= TIMED_OUT
                os.kill(run.init, signal.SIGKILL)
        for run in self.runs.values():
            # A pipe may be full of small pieces long before it holds many bytes.
            if now - run.since > TICK:
                run.since = now
                self.drain(run.out, self.view[:PIECE])
                self.drain(run.err, self.view[:PIECE])

    def reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            run = self.pids.pop(pid, None)
            if run is None:
                continue
            if pid == run.child:
                run.status = status
                if run.init:
                    os.kill(run.init, signal.SIGKILL)
            else:
                run.init = 0
            if not run.init and run.status is not None:
                self.finish(run)

    def finish(self, run):
        sizes = []
        for index, fd in enumerate((run.out, run.err)):
            part = self.view[index * PIECE:(index + 1) * PIECE]
            try:
                count = os.readv(fd, [part])
            except BlockingIOError:
                count = 0
            if count == PIECE:
                kept = self.keep(run, index, count)
                self.send(HEAD.pack(kept, OUTPUT, index, run.id), part[:kept])
                self.drain(fd, part)
                count = 0
            sizes.append(self.keep(run, index, count))
            del self.pipes[fd]
            os.close(fd)
        flags = run.flags | (BEGUN if self.begun[run.lane.number] else 0)
        head = HEAD.pack(END.size + sum(sizes), ENDED, run.lane.number, run.id) + END.pack(run.status, flags, *sizes)
        self.send(head, self.view[:sizes[0]], self.view[PIECE:PIECE + sizes[1]])
        del self.runs[run.id]
        if len(self.ends) > 1000 and len(self.ends) > 4 * len(self.runs):
            self.ends = [(one.until, one.id) for one in self.runs.values()]
            heapq.heapify(self.ends)

    def send(self, *parts):
        sent = self.channel.sendmsg(parts)
        size = sum(len(part) for part in parts)
        if sent < size:
            rest = memoryview(b"".join(parts))
            self.channel.sendall(rest[sent:])


def main():
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    door.bind("\0" + sys.argv[1])
    door.listen(1)
    os.write(1, b"listening\n")
    channel, _ = door._accept()
    door.close()
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=channel)
    Zygote(channel).serve()


main()

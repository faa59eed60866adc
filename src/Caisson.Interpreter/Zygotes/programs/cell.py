"""The inside of a cell: what a forked child does to leave all that others share, and how it becomes `python3 FILE`."""
import _signal as signal
import atexit
import ctypes
import os
import sys

NEWNS, NEWUTS, NEWIPC, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x20000000, 0x40000000
NOSUID, NODEV, NOEXEC, BIND, DETACH = 0x2, 0x4, 0x8, 0x1000, 2
SET_DUMPABLE, SET_NO_NEW_PRIVS, SET_SECCOMP, FILTER = 4, 38, 22, 2
PLACE = b"/opt/caisson/cell"
USER = 1000
GROUPS = os.getgrouplist("user", USER)
# Every place that the user could write to; together they are one small disk of the cell's own.
WRITABLE = ((b"/home", b"/home/user", 0o755), (b"/tmp", b"/tmp", 0o1777), (b"/vartmp", b"/var/tmp", 0o1777), (b"/shm", b"/dev/shm", 0o1777))
# What an ordinary user could read in a /proc that has just been mounted, and should not.
HIDDEN = [name for name in (b"/proc/keys", b"/proc/interrupts") if os.path.exists(name)]

libc = ctypes.CDLL(None, use_errno=True)
libc.mount.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p)
libc.prctl.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong)
# Looked up here once, and not by every fork.
_mount, _prctl, _setns, _unshare, _umount, _prlimit, close_range = libc.mount, libc.prctl, libc.setns, libc.unshare, libc.umount2, libc.prlimit, libc.close_range
_no_core = (ctypes.c_uint64 * 2)(0, 0)
CORE = 4
_loader = sys.modules["_frozen_importlib_external"].SourceFileLoader
_coerced = os.environ.get("LC_CTYPE")


class Filter(ctypes.Structure):
    """struct sock_fprog"""
    _fields_ = [("length", ctypes.c_ushort), ("program", ctypes.c_char_p)]


def check(result, what):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def enter(groups, network, closing, disk):
    """Leaves the groups, network, mounts, names, rights and system calls of the zygote."""
    for group in groups:
        os.write(group, b"0")
    check(_setns(network, NEWNET), "setns")
    check(_unshare(NEWNS | NEWIPC | NEWUTS), "unshare")
    check(_mount(b"cell", PLACE, b"tmpfs", NOSUID | NODEV, b"mode=755,size=%d,nr_inodes=%d" % (disk, max(4096, disk >> 13))), "tmpfs")
    for name, place, mode in WRITABLE:
        part = PLACE + name
        os.mkdir(part)
        os.chmod(part, mode)
        if mode == 0o755:
            os.chown(part, USER, USER)
        check(_mount(part, place, None, BIND, None), "bind")
    check(_umount(PLACE, DETACH), "umount")
    check(_mount(b"proc", b"/proc", b"proc", NOSUID | NODEV | NOEXEC, None), "proc")
    score = os.open("/proc/self/oom_score_adj", os.O_WRONLY)
    os.write(score, b"1000")
    for name in HIDDEN:
        check(_mount(b"/dev/null", name, None, BIND, None), "hide")
    os.setsid()
    check(_prlimit(0, CORE, _no_core, None), "core")
    os.setgroups(GROUPS)
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)
    os.umask(0o22)
    # With another user's id a process is closed even to itself: its own /proc files are wanted.
    check(_prctl(SET_DUMPABLE, 1, 0, 0, 0), "dumpable")
    check(_prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    check(_prctl(SET_SECCOMP, FILTER, ctypes.addressof(closing), 0, 0), "seccomp")


class Task:
    """What is asked for: lists of texts, one after the other, each with its number; then the bytes of the files, and of the input."""

    def __init__(self, body):
        counts, rest = body.split(b"\n", 1)
        argv, files, env, length = (int(count) for count in counts.split())
        texts = os.fsdecode(rest[:length]).split("\0")
        cut = iter(texts)
        self.directory = next(cut)
        self.argv = [next(cut) for _ in range(argv)]
        self.files = [(next(cut), int(next(cut))) for _ in range(files)]
        self.env = {next(cut): next(cut) for _ in range(env)}
        self.given = rest[length:]

    def lay(self):
        """Goes to the working directory and puts the files there, as their owner; what is left is the input."""
        if not os.path.isdir(self.directory):
            os.makedirs(self.directory)
        os.chdir(self.directory)
        offset = 0
        for path, length in self.files:
            above = os.path.dirname(path)
            if above:
                os.makedirs(above, exist_ok=True)
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            while length:
                count = os.write(file, self.given[offset:offset + length])
                offset, length = offset + count, length - count
            os.close(file)
        return self.given[offset:]


def become(task, own, loaded):
    """Makes the interpreter look as if it had just been started for this file."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if _coerced is not None:
        task.env.setdefault("LC_CTYPE", _coerced)
    known = os.environ._data
    for name in known:
        os.unsetenv(name)
    known.clear()
    for name, value in task.env.items():
        name, value = os.fsencode(name), os.fsencode(value)
        known[name] = value
        os.putenv(name, value)
    for path, _ in task.files:
        if path.split("/")[0].removesuffix(".py") in loaded:
            raise ImportError("a file has the name of a module that is loaded already")
    for name in own:
        sys.modules.pop(name, None)
    sys.argv[:] = task.argv
    sys.orig_argv[:] = ["python3", *task.argv]
    path = os.path.abspath(task.argv[0])
    sys.path[0] = os.path.dirname(os.path.realpath(path))
    main = type(sys)("__main__")
    main.__dict__.update(__loader__=_loader("__main__", path), __annotations__={}, __builtins__=sys.modules["builtins"], __file__=path, __cached__=None)
    sys.modules["__main__"] = main
    for name in ("random", "numpy.random"):
        if name in sys.modules:
            sys.modules[name].seed()
    return main, path


def run(main, path):
    """Runs the file to the end of the process, as the interpreter does with a script."""
    scope, status = main.__dict__, 0
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as absent:
        sys.stderr.write(f"/usr/bin/python3: can't open file {path!r}: [Errno {absent.errno}] {absent.strerror}\n")
        end(scope, 2)
    try:
        exec(compile(source, path, "exec", dont_inherit=True), scope)
    except SystemExit as leaving:
        status = code_of(leaving)
    except BaseException as error:
        status = -signal.SIGINT if isinstance(error, KeyboardInterrupt) else 1
        show(error)
    end(scope, status)


def code_of(leaving):
    code = leaving.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xff
    sys.stdout.flush()
    sys.stderr.write(f"{code}\n")
    return 1


def show(error):
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__.tb_next
    error.__traceback__ = sys.last_traceback
    try:
        sys.stdout.flush()
    except Exception:
        pass
    try:
        sys.excepthook(type(error), error, sys.last_traceback)
    except SystemExit as leaving:
        raise leaving from None
    except BaseException:
        sys.stderr.write("Error in sys.excepthook:\n")
        sys.__excepthook__(*sys.exc_info())
        sys.stderr.write("\nOriginal exception was:\n")
        sys.__excepthook__(type(error), error, sys.last_traceback)


def end(scope, status):
    """Threads, exit functions, globals and buffers, in the order in which the interpreter ends them."""
    try:
        if "threading" in sys.modules:
            sys.modules["threading"]._shutdown()
        atexit._run_exitfuncs()
    except BaseException as error:
        sys.__excepthook__(type(error), error, error.__traceback__)
    status = flush(status)
    scope.clear()
    if status != 120:
        status = flush(status)
    if status == -signal.SIGINT:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(status)


def flush(status):
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except BaseException as error:
            if stream is sys.stdout:
                sys.stderr.write(f"Exception ignored in: {stream!r}\n{type(error).__name__}: {error}\n")
                status = 120
    return status

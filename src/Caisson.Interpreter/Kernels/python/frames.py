"""What a kernel says: one JSON object a line, on descriptor 4; and the text streams that become such frames."""
import io
import json
import math
import os
import threading
import time
from _thread import get_ident, start_new_thread

DESCRIPTOR = 4
LARGEST = 24 << 20
BUFFER = 8 << 10
PATIENCE = 0.05

def finite(value):
    """JSON knows no NaN and no infinity."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value


def encode(frame):
    try:
        text = json.dumps(frame, ensure_ascii=False, allow_nan=False, default=str)
    except ValueError:
        text = json.dumps(finite(frame), ensure_ascii=False, allow_nan=False, default=str)
    return text.encode("utf-8", "replace") + b"\n"


class _Whole:
    """Holds the lock, and an interrupt back until the frame is whole."""

    def __init__(self):
        self.lock = threading.RLock()
        self.depth = 0
        self.interrupted = False
        # A fork's only thread has the number that it had before.
        self.main = get_ident()

    def __enter__(self):
        self.lock.acquire()
        if get_ident() == self.main:
            self.depth += 1

    def __exit__(self, *_):
        main = get_ident() == self.main
        if main:
            self.depth -= 1
        self.lock.release()
        if main and self.interrupted and self.depth == 0:
            self.interrupted = False
            raise KeyboardInterrupt


whole = _Whole()


def write(data):
    view = memoryview(data)
    while view:
        view = view[os.write(DESCRIPTOR, view):]


def send(**frame):
    data = encode(frame)
    if len(data) > LARGEST:
        raise ValueError(f"a result of {len(data)} bytes is larger than the limit of {LARGEST} bytes")
    with whole:
        for stream in _streams:
            stream.push()
        write(data)


class OutStream(io.TextIOBase):
    """Standard output or error: gathers what is printed at once into one frame, and keeps the order of both."""

    def __init__(self, kind, descriptor):
        self._kind = kind
        self._descriptor = descriptor
        self._parts = []
        self._size = 0
        self._since = 0.0
        self.buffer = _Bytes(self)

    encoding = "utf-8"
    errors = "replace"
    name = property(lambda self: f"<{self._kind}>")

    def writable(self):
        return True

    def isatty(self):
        return False

    def fileno(self):
        return self._descriptor

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if not text:
            return 0
        with whole:
            for other in _streams:
                if other is not self:
                    other.push()
            if not self._parts:
                self._since = time.monotonic()
                _waiting.set()
            self._parts.append(text)
            self._size += len(text)
            if (self._descriptor == 2 and text.endswith("\n")) or self._size >= BUFFER or time.monotonic() - self._since > PATIENCE:
                self.push()
        return len(text)

    def push(self):
        with whole:
            if not self._parts:
                return
            text, self._parts, self._size = "".join(self._parts), [], 0
            for start in range(0, len(text), 16 << 10):
                write(encode({"t": self._kind, "text": text[start:start + (16 << 10)]}))

    def flush(self):
        self.push()


class _Bytes(io.RawIOBase):
    def __init__(self, stream):
        self._stream = stream

    def writable(self):
        return True

    def fileno(self):
        return self._stream.fileno()

    def write(self, data):
        self._stream.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def flush(self):
        self._stream.flush()


_waiting = threading.Event()
stdout = OutStream("stdout", 1)
stderr = OutStream("stderr", 2)
_streams = (stdout, stderr)


def _pump():
    while True:
        _waiting.wait()
        _waiting.clear()
        time.sleep(PATIENCE)
        for stream in _streams:
            stream.push()


def _before_fork():
    whole.lock.acquire()
    for stream in _streams:
        stream.push()


def start():
    """Begins to pass on what is printed slowly; to be called after a fork, never before."""
    os.register_at_fork(before=_before_fork, after_in_parent=whole.lock.release, after_in_child=whole.lock.release)
    # Not a Thread: making one writes to half a megabyte that forks share.
    start_new_thread(_pump, ())

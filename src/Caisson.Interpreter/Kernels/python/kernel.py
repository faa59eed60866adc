"""The Python kernel: runs one request after another inside an event loop, as a notebook does."""
import _signal
import asyncio
import builtins
import json
import os
import sys
import traceback

import frames

REQUESTS = 3
PIECE = 64 << 10
LARGEST = 64 << 20
# So often that the interpreter has adapted to what all forks run, and writes to the code that they share no more.
REHEARSALS = 10


class Leaves(BaseException):
    """Ends the loop."""


class Requests:
    """Lines, read only when the next one is wanted. A stream of asyncio's would do, and write to twice as much that forks share."""

    def __init__(self, loop):
        self.loop = loop
        self.data = bytearray()
        self.arrived = None

    async def next(self):
        """The next line, or nothing at the end."""
        searched = 0
        while (end := self.data.find(b"\n", searched)) < 0:
            searched = len(self.data)
            if searched > LARGEST:
                raise ValueError(f"a request is longer than {LARGEST} bytes")
            self.arrived = self.loop.create_future()
            self.loop.add_reader(REQUESTS, self.read)
            if not await self.arrived:
                return b""
        line = bytes(self.data[:end])
        del self.data[:end + 1]
        return line

    def read(self):
        # What comes while code runs waits in the pipe.
        self.loop.remove_reader(REQUESTS)
        piece = os.read(REQUESTS, PIECE)
        self.data += piece
        if not self.arrived.done():
            self.arrived.set_result(len(piece))


class Kernel:
    def __init__(self, shell):
        self.shell = shell
        self.task = None
        self.count = 0
        self.interrupted = False
        self.context = self.adopted = None

    def interrupt(self, _, frame):
        """Raises where user code is at work; where it only waits, its task is cancelled."""
        if self.task is None or self.task.done():
            return
        self.interrupted = True
        at_work = False
        while frame is not None:
            if frame.f_code.co_name == "run_code" and frame.f_code.co_filename.endswith("interactiveshell.py"):
                at_work = True
                break
            frame = frame.f_back
        if not at_work:
            # From a handler alone the loop would go on waiting.
            self.task.get_loop().call_soon_threadsafe(self.task.cancel)
        elif frames.whole.depth:
            frames.whole.interrupted = True
        else:
            raise KeyboardInterrupt

    async def run(self, request):
        self.count += 1
        frames.send(t="count", count=self.count)
        shell = self.shell
        shell.error, self.interrupted = None, False
        before = {}
        for name, value in (request.get("env") or {}).items():
            before[name] = os.environ.get(name)
            os.environ[name] = value
        try:
            await self.cell(request["code"])
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
        if shell.error is not None:
            name, value, text = shell.error
            if self.interrupted and name in ("CancelledError", "KeyboardInterrupt"):
                name = "KeyboardInterrupt"
            frames.send(t="error", name=name, value=value, traceback=text)
            shell.error = None
        frames.send(t="done", id=request["id"])

    async def cell(self, code):
        shell = self.shell
        try:
            transformed, problem = shell.transform_cell(code), None
        except Exception:
            transformed, problem = code, sys.exc_info()
        try:
            result = await shell.run_cell_async(code, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=problem)
            if result.error_before_exec is not None and shell.error is None:
                self.fail(result.error_before_exec)
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
        except (KeyboardInterrupt, asyncio.CancelledError) as error:
            shell.error = shell.error or ("KeyboardInterrupt", "", "KeyboardInterrupt")
            del error

    def fail(self, error):
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        self.shell.error = (type(error).__name__, str(error), text)

    def adopt(self, context, cwd):
        """A kernel started in advance becomes a context's own."""
        self.context, self.adopted = context, cwd
        try:
            os.chdir(cwd)
        except OSError as error:
            frames.stderr.write(f"cannot enter {cwd}: {error.strerror}\n")
        self.shell.user_ns["_dh"] = [os.getcwd()]

    async def serve(self):
        loop = asyncio.get_running_loop()
        requests = Requests(loop)
        await _rehearsal.run(self, "1+1")
        # Only now: an interrupt belongs to a request.
        _signal.signal(_signal.SIGINT, self.interrupt)
        frames.send(t="ready")
        while not self.shell.leaving:
            if not (line := await requests.next()):
                break
            request = json.loads(line)
            if request["op"] == "ping":
                frames.send(t="pong", id=request["id"], adopted=self.adopted, context=self.context)
            elif request["op"] == "adopt":
                self.adopt(request["id"], request["cwd"])
            elif request["op"] == "run":
                self.task = loop.create_task(self.run(request))
                # A cancelled request still tells its end by itself.
                await asyncio.wait([self.task])
                if self.task.cancelled() or self.task.exception() is not None:
                    frames.send(t="error", name="KeyboardInterrupt", value="", traceback="KeyboardInterrupt")
                    frames.send(t="done", id=request["id"])
                self.task = None


_shell = _rehearsal = None


def prepare(rehearsals=1):
    """All that can be done once for many kernels; starts no thread."""
    global _shell, _rehearsal
    import rehearsal
    import shell

    _shell = shell.create()
    import objects

    objects.install(_shell)
    _rehearsal = rehearsal.Rehearsal(_shell)
    for _ in range(rehearsals):
        asyncio.run(_rehearsal.run(Kernel(_shell), "1/0", "import sys", "1+1"))


def serve():
    """Is the kernel until its requests end; gives the exit status."""
    sys.stdout, sys.stderr = frames.stdout, frames.stderr
    sys.__stdout__, sys.__stderr__ = frames.stdout, frames.stderr
    sys.stdin = open(0, encoding="utf-8")
    sys.argv = [""]
    sys.path[:] = [""] + [path for path in sys.path if path and not path.startswith(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))]
    for key in ("_sh", "__file__"):
        _shell.user_ns.pop(key, None)
    frames.start()
    builtins.display = __import__("IPython.display", fromlist=["display"]).display
    _shell.user_ns["_dh"] = [os.getcwd()]
    asyncio.run(Kernel(_shell).serve())
    return 0


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    prepare()
    os._exit(serve())

"""The bash kernel: one interactive bash without a terminal, which an interrupt brings back to its next line."""
import json
import os
import re
import shlex
import signal

REQUESTS, FRAMES = 3, 4
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
MARK = "caisson"


def send(**frame):
    view = memoryview(json.dumps(frame).encode() + b"\n")
    while view:
        view = view[os.write(FRAMES, view):]


class Shell:
    def __init__(self):
        script, self.script = os.pipe()
        self.marks, marks = os.pipe()
        for descriptor in (script, marks):
            os.set_inheritable(descriptor, True)
        environment = dict(os.environ, PS1="", PS2="", PROMPT_COMMAND="", HISTFILE="")
        quiet = os.open("/dev/null", os.O_RDWR)
        self.pid = os.posix_spawn(
            "/bin/bash", ["bash", "--noprofile", "--norc", "--noediting", "-i"], environment,
            file_actions=[
                # The highest number first: none of the sources may be overwritten.
                (os.POSIX_SPAWN_DUP2, 2, 97), (os.POSIX_SPAWN_DUP2, marks, 98), (os.POSIX_SPAWN_DUP2, script, 0), (os.POSIX_SPAWN_DUP2, quiet, 2),
                *((os.POSIX_SPAWN_CLOSE, number) for number in (REQUESTS, FRAMES) if number not in (script, marks)),
            ], setsigdef=[signal.SIGINT])
        for descriptor in (script, marks, quiet):
            os.close(descriptor)
        # It complains about the missing terminal before it reads this.
        self.say("set +H; exec 2>&97 97>&-")

    def say(self, line):
        view = memoryview(line.encode("utf-8", "surrogateescape") + b"\n")
        while view:
            view = view[os.write(self.script, view):]

    def run(self, code, environment):
        names = [name for name in environment if NAME.match(name)]
        for name in names:
            self.say(f"[ -n \"${{{name}+x}}\" ] && caisson_{name}=${name} || unset caisson_{name}; export {name}={shlex.quote(environment[name])}")
        self.say(f"(exit ${{caisson_status:-0}}); eval {shlex.quote(code)} </dev/null 98>&-")
        self.say("caisson_status=$?")
        for name in names:
            self.say(f"[ -n \"${{caisson_{name}+x}}\" ] && export {name}=$caisson_{name} || unset {name}; unset caisson_{name}")
        self.say(f"echo {MARK} >&98")
        mark = b""
        while not mark.endswith(b"\n"):
            piece = os.read(self.marks, 64)
            if not piece:
                return False
            mark += piece
        return True


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    shell = Shell()
    count = 0
    send(t="ready")
    with os.fdopen(REQUESTS, "rb", closefd=False) as requests:
        while line := requests.readline():
            request = json.loads(line)
            if request["op"] == "ping":
                send(t="pong", id=request["id"])
            elif request["op"] == "run":
                count += 1
                send(t="count", count=count)
                if not shell.run(request["code"], request.get("env") or {}):
                    return os.waitstatus_to_exitcode(os.waitpid(shell.pid, 0)[1]) & 255
                send(t="done", id=request["id"])
    return 0


if __name__ == "__main__":
    os._exit(main())

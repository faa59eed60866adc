"""Runs what every first cell runs, unseen, and takes back what it leaves: caches are full then, and a fork has copied what it will write to."""
import os
import sys

import frames


class Rehearsal:
    def __init__(self, shell):
        self.shell = shell
        self.names = dict(shell.user_ns)

    async def run(self, kernel, *cells):
        # What it says goes nowhere, but is said: that is rehearsed too.
        said, frames.DESCRIPTOR = frames.DESCRIPTOR, os.open("/dev/null", os.O_WRONLY)
        try:
            for code in cells:
                await kernel.run({"id": "", "code": code})
        finally:
            os.close(frames.DESCRIPTOR)
            frames.DESCRIPTOR = said
            self.forget(kernel)

    def forget(self, kernel):
        shell, history, shown = self.shell, self.shell.history_manager, self.shell.displayhook
        shell.user_ns.clear()
        shell.user_ns.update(self.names)
        shell.user_ns["_oh"].clear()
        for lines in (history.input_hist_parsed, history.input_hist_raw):
            lines[:] = [""]
        history._i = history._ii = history._iii = history._i00 = ""
        shown._ = shown.__ = shown.___ = ""
        shell.execution_count, shell.last_execution_succeeded, shell.last_execution_result = 1, True, None
        shell.error, kernel.count = None, 0
        for name in ("last_type", "last_value", "last_traceback"):
            if hasattr(sys, name):
                delattr(sys, name)

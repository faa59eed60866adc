"""IPython's shell, speaking frames instead of writing to a terminal."""
import base64
import re
import subprocess

import frames
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def emit(data, main):
    bundle = {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in data.items() if value is not None
    }
    if not bundle:
        return
    try:
        frames.send(t="result", main=main, data=bundle)
    except ValueError as error:
        frames.stderr.write(f"{error}\n")


class Display(DisplayPublisher):
    def publish(self, data, metadata=None, source=None, *, transient=None, update=False, **_):
        emit(data, main=False)

    def clear_output(self, wait=False):
        pass


class LastExpression(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        emit(format_dict, main=True)

    def finish_displayhook(self):
        pass


class Shell(InteractiveShell):
    displayhook_class = Type(LastExpression)
    display_pub_class = Type(Display)
    error = None
    leaving = False

    def _showtraceback(self, etype, evalue, stb):
        name = getattr(etype, "__name__", str(etype))
        lines = stb if isinstance(stb, list) else [str(stb)]
        self.error = (name, str(evalue), ANSI.sub("", "\n".join(lines)))

    def show_usage_error(self, exc):
        self.error = (type(exc).__name__, str(exc), f"{type(exc).__name__}: {exc}")

    def ask_exit(self):
        self.leaving = True

    def init_history(self):
        super().init_history()
        self.history_manager.enabled = False

    def init_io(self):
        pass

    def enable_gui(self, gui=None):
        pass

    def system(self, command):
        frames.stdout.push()
        frames.stderr.push()
        self.user_ns["_exit_code"] = subprocess.call(self.var_expand(command, depth=1), shell=True, executable="/bin/bash")


def create():
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.ast_node_interactivity = "last_expr"
    config.InteractiveShell.xmode = "Context"
    config.InteractiveShell.banner1 = ""
    return Shell.instance(config=config)

"""What objects of well-known packages are shown as: figures as pictures and as chart data, frames as tables and as data."""
import importlib.abc
import importlib.util
import sys

CHART = "application/vnd.caisson.chart+json"
DATA = "application/vnd.caisson.data+json"
MOST_CELLS = 200_000


def install(shell):
    from IPython.core.formatters import BaseFormatter
    from traitlets import ObjectName, Unicode

    class ChartFormatter(BaseFormatter):
        format_type = Unicode(CHART)
        print_method = ObjectName("_repr_chart_")
        _return_type = dict

    class DataFormatter(BaseFormatter):
        format_type = Unicode(DATA)
        print_method = ObjectName("_repr_data_")
        _return_type = dict

    formatter = shell.display_formatter
    chart, data = ChartFormatter(parent=formatter), DataFormatter(parent=formatter)
    formatter.formatters[CHART] = chart
    formatter.formatters[DATA] = data
    data.for_type_by_name("pandas.core.frame", "DataFrame", data_of)
    # Now: what is imported later finds no kernel files any more.
    import charts  # noqa: F401

    after("matplotlib.pyplot", lambda: inline(shell))
    after("PIL.Image", pictures)


def after(name, action):
    """Acts once a module is loaded: now, or when it is."""
    if name in sys.modules:
        action()
    else:
        sys.meta_path.insert(0, Awaited(name, action))


class Awaited(importlib.abc.MetaPathFinder):
    def __init__(self, name, action):
        self.name, self.action = name, action

    def find_spec(self, name, path=None, target=None):
        if name != self.name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            load, action = spec.loader.exec_module, self.action

            def loaded(module):
                load(module)
                action()

            spec.loader.exec_module = loaded
        return spec


def inline(shell):
    """Figures are shown where a cell ends, as a notebook does it."""
    import charts
    from matplotlib.figure import Figure

    charts.watch()
    # A method and no formatter: choosing the formats of figures takes all their formatters away.
    Figure._repr_chart_ = charts.of
    shell.run_line_magic("matplotlib", "inline")
    # It may be loading still, and its package not know it yet.
    pyplot = sys.modules["matplotlib.pyplot"]

    # The list of fonts is read once, here, and not by every fork.
    figure = pyplot.figure()
    figure.text(0, 0, "a")
    figure.canvas.draw()
    pyplot.close(figure)
    # Fonts that are loaded hold files, which no fork keeps.
    if (forget := getattr(getattr(sys.modules.get("matplotlib.font_manager"), "_get_font", None), "cache_clear", None)) is not None:
        forget()


def pictures():
    """An image that is shown or saved to a path is shown to the client too."""
    from IPython.display import display
    from PIL import Image

    save = Image.Image.save

    def saved(self, target, *arguments, **named):
        save(self, target, *arguments, **named)
        if isinstance(target, (str, bytes)) or hasattr(target, "__fspath__"):
            display(self)

    Image.Image.save = saved
    Image.Image.show = lambda self, *_, **__: display(self)


def data_of(frame):
    """Columns by name."""
    if frame.size > MOST_CELLS:
        return None
    return {str(name): [plain(value) for value in column.tolist()] for name, column in frame.items()}


def plain(value):
    """A value that JSON can carry; moments as ISO 8601."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value == value and value not in (float("inf"), float("-inf")) else None
    if hasattr(value, "isoformat"):
        return None if value != value else value.isoformat()
    if hasattr(value, "item") and getattr(value, "size", 1) == 1:
        return plain(value.item())
    return str(value)

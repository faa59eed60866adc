"""Chart data of matplotlib figures: what was drawn, as numbers and names."""
import re

from objects import plain

UNIT = re.compile(r"\(([^()]+)\)\s*$")
MOST_POINTS = 100_000


def watch():
    """A box plot leaves only lines behind; its figures are noted as it is drawn."""
    from matplotlib.axes import Axes

    draw = Axes.bxp

    def bxp(self, bxpstats, *arguments, **named):
        stats = list(bxpstats)
        drawn = draw(self, stats, *arguments, **named)
        self._caisson_boxes = getattr(self, "_caisson_boxes", []) + stats
        return drawn

    Axes.bxp = bxp


def of(figure):
    """The chart of a figure, or of each of its axes."""
    figure.canvas.draw()
    found = [chart(axes) for axes in figure.axes if axes.get_visible() and not is_colorbar(axes)]
    if not found:
        return None
    if len(found) == 1:
        return found[0]
    title = figure._suptitle.get_text() if figure._suptitle is not None else None
    return {"type": "superchart", "title": title or None, "elements": found}


def is_colorbar(axes):
    return getattr(axes, "_colorbar", None) is not None


def chart(axes):
    kind = kind_of(axes)
    found = {"type": kind, "title": axes.get_title() or None}
    if kind == "pie":
        found["elements"] = slices(axes)
    elif kind == "box_and_whisker":
        found.update(labels(axes), elements=boxes(axes))
    elif kind == "bar":
        found.update(labels(axes), elements=bars(axes))
    elif kind in ("line", "scatter"):
        found.update(labels(axes), **scales(axes), elements=lines(axes) if kind == "line" else points(axes))
    else:
        found["elements"] = []
    return found


def kind_of(axes):
    """What an axes mostly is: told by the first thing drawn on it."""
    from matplotlib.collections import PathCollection
    from matplotlib.container import BarContainer
    from matplotlib.lines import Line2D
    from matplotlib.patches import Wedge

    if getattr(axes, "_caisson_boxes", None):
        return "box_and_whisker"
    if any(isinstance(container, BarContainer) for container in axes.containers):
        return "bar"
    if any(isinstance(patch, Wedge) for patch in axes.patches):
        return "pie"
    for artist in axes.get_children():
        if isinstance(artist, PathCollection):
            return "scatter"
        if isinstance(artist, Line2D) and artist in axes.lines:
            return "line"
    return "unknown"


def labels(axes):
    found = {}
    for name, text in (("x", axes.get_xlabel()), ("y", axes.get_ylabel())):
        unit = UNIT.search(text)
        found[f"{name}_label"] = text or None
        found[f"{name}_unit"] = unit.group(1) if unit else None
    return found


def scales(axes):
    found = {}
    for name, axis in (("x", axes.xaxis), ("y", axes.yaxis)):
        scale = scale_of(axis)
        ticks = [float(tick) for tick in axis.get_ticklocs()]
        found[f"{name}_ticks"] = [moment(tick) for tick in ticks] if scale == "datetime" else ticks
        found[f"{name}_tick_labels"] = [label.get_text() for label in axis.get_ticklabels()]
        found[f"{name}_scale"] = scale
    return found


def scale_of(axis):
    converter = type(axis.converter).__name__ if getattr(axis, "converter", None) is not None else ""
    if "Date" in converter or "Period" in converter:
        return "datetime"
    return "categorical" if "Category" in converter else axis.get_scale()


def moment(number):
    from matplotlib.dates import num2date

    try:
        return num2date(number).replace(tzinfo=None).isoformat()
    except (ValueError, OverflowError):
        return None


def pairs(xs, ys):
    return [[value(x), value(y)] for x, y in zip(list(xs)[:MOST_POINTS], list(ys)[:MOST_POINTS])]


def value(item):
    """One coordinate as it was given."""
    kind = getattr(getattr(item, "dtype", None), "kind", "")
    if kind == "M":
        import numpy

        return str(numpy.datetime_as_string(item, unit="s"))
    return plain(item)


def lines(axes):
    return [{"label": str(line.get_label()), "points": pairs(line.get_xdata(orig=True), line.get_ydata(orig=True))} for line in axes.lines]


def points(axes):
    from matplotlib.collections import PathCollection

    names = {number: name for name, number in getattr(axes.xaxis.units, "_mapping", {}).items()}
    dates = scale_of(axes.xaxis) == "datetime"

    def abscissa(x):
        return names.get(x, plain(x)) if names else moment(x) if dates else plain(x)

    return [
        {"label": str(drawn.get_label()), "points": [[abscissa(float(x)), plain(float(y))] for x, y in drawn.get_offsets()[:MOST_POINTS]]}
        for drawn in axes.collections if isinstance(drawn, PathCollection)
    ]


def bars(axes):
    from matplotlib.container import BarContainer

    found = []
    for container in axes.containers:
        if not isinstance(container, BarContainer):
            continue
        across = getattr(container, "orientation", "vertical") == "horizontal"
        axis = axes.yaxis if across else axes.xaxis
        names = [(float(place), label.get_text()) for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels())]
        for bar in container.patches:
            place = bar.get_y() + bar.get_height() / 2 if across else bar.get_x() + bar.get_width() / 2
            found.append({
                "label": named(names, float(place)),
                "value": plain(float(bar.get_width() if across else bar.get_height())),
                "group": str(container.get_label()),
            })
    return found


def named(names, place):
    """The tick under a bar, or the bar's place as text."""
    near = min(names, key=lambda entry: abs(entry[0] - place), default=None)
    return near[1] if near is not None and abs(near[0] - place) <= 0.5 and near[1] else f"{place:g}"


def slices(axes):
    from matplotlib.patches import Wedge

    return [
        {"label": str(wedge.get_label()), "angle": float(wedge.theta2 - wedge.theta1), "radius": float(wedge.r)}
        for wedge in axes.patches if isinstance(wedge, Wedge)
    ]


def boxes(axes):
    names = [label.get_text() for label in axes.get_xticklabels()]
    found = []
    for index, stats in enumerate(axes._caisson_boxes):
        found.append({
            "label": str(stats.get("label") or (names[index] if index < len(names) else index + 1)),
            "min": plain(stats["whislo"]),
            "first_quartile": plain(stats["q1"]),
            "median": plain(stats["med"]),
            "third_quartile": plain(stats["q3"]),
            "max": plain(stats["whishi"]),
            "outliers": [plain(item) for item in stats.get("fliers", [])],
        })
    return found

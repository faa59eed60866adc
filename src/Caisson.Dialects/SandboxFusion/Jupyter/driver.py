"""Runs cells one after the other in one process and keeps what each wrote, showed and raised."""
import ast, base64, builtins, contextlib, io, json, os, signal, sys, traceback

SOURCE, TARGET = sys.argv[1], sys.argv[2]
KINDS = (("_repr_html_", "text/html"), ("_repr_markdown_", "text/markdown"), ("_repr_svg_", "image/svg+xml"),
         ("_repr_png_", "image/png"), ("_repr_jpeg_", "image/jpeg"), ("_repr_latex_", "text/latex"), ("_repr_json_", "application/json"))
with open(SOURCE, encoding="utf-8") as file:
    request = json.load(file)
shown = []


def bundle(value):
    data = {"text/plain": repr(value)}
    for method, mime in KINDS:
        show = getattr(type(value), method, None)
        if show is None:
            continue
        try:
            rich = show(value)
        except Exception:
            continue
        if isinstance(rich, tuple):
            rich = rich[0]
        if isinstance(rich, bytes):
            rich = base64.b64encode(rich).decode("ascii")
        if rich is not None:
            data[mime] = rich
    return data


def display(*values, **_):
    shown.extend(bundle(value) for value in values)


def late(*_):
    raise TimeoutError("the cell's time is over")


def figures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums():
        figure, image = pyplot.figure(number), io.BytesIO()
        figure.savefig(image, format="png", bbox_inches="tight")
        shown.append({"text/plain": repr(figure), "image/png": base64.b64encode(image.getvalue()).decode("ascii")})
    pyplot.close("all")


def run(number, source, space):
    name = f"<cell {number}>"
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), space)
    if last is not None:
        value = eval(compile(ast.Expression(last.value), name, "eval"), space)
        if value is not None:
            space["_"] = value
            shown.append(bundle(value))
    figures()


space = {"__name__": "__main__", "__builtins__": builtins, "display": display}
sys.argv = [""]
sys.path.insert(0, os.getcwd())
signal.signal(signal.SIGALRM, late)
done = []
for number, source in enumerate(request["cells"], 1):
    out, err, errors = io.StringIO(), io.StringIO(), []
    shown.clear()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            if request["cell_timeout"] > 0:
                signal.setitimer(signal.ITIMER_REAL, request["cell_timeout"])
            run(number, source, space)
        except BaseException as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            lines = traceback.format_exception(type(error), error, error.__traceback__)
            errors.append({"ename": type(error).__name__, "evalue": str(error), "traceback": lines})
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    done.append({"stdout": out.getvalue(), "stderr": err.getvalue(), "display": list(shown), "error": errors})
    with open(TARGET + ".new", "w", encoding="utf-8", errors="backslashreplace") as file:
        json.dump(done, file, default=str)
    os.replace(TARGET + ".new", TARGET)

// Rich results: every form, tables, figures and what they were drawn from.
import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'

import { create, test } from '../harness.mjs'

let box
before(async () => (box = await create()))
after(() => box?.kill())

const shown = async (code) => (await box.runCode(`from IPython.display import *\n${code}`)).results
const pngOf = (text) => Buffer.from(text, 'base64')
const isPng = (text) => pngOf(text).subarray(1, 4).toString() === 'PNG'

describe('forms', () => {
  test('html', async () => assert.equal((await shown('HTML("<b>bold</b>")'))[0].html, '<b>bold</b>'))

  test('markdown', async () => assert.equal((await shown('Markdown("# title")'))[0].markdown, '# title'))

  test('svg', async () => assert.match((await shown('SVG(\'<svg xmlns="http://www.w3.org/2000/svg"></svg>\')'))[0].svg, /<svg/))

  test('latex', async () => assert.equal((await shown('Latex("$x^2$")'))[0].latex, '$x^2$'))

  test('json', async () => assert.deepEqual((await shown('JSON({"a": [1, None, 2.5]})'))[0].json, { a: [1, null, 2.5] }))

  test('javascript', async () => assert.match((await shown('Javascript("alert(1)")'))[0].javascript, /alert\(1\)/))

  test('png', async () => {
    const [result] = await shown('from PIL import Image as I\nimport io\nb = io.BytesIO()\nI.new("RGB", (2, 2), "red").save(b, "PNG")\nImage(data=b.getvalue())')
    assert.ok(isPng(result.png))
  })

  test('jpeg', async () => {
    const [result] = await shown('from PIL import Image as I\nimport io\nb = io.BytesIO()\nI.new("RGB", (2, 2), "red").save(b, "JPEG")\nImage(data=b.getvalue(), format="jpeg")')
    assert.equal(pngOf(result.jpeg).subarray(0, 2).toString('hex'), 'ffd8')
  })

  test('pdf', async () => {
    const [result] = await shown('class Page:\n    def _repr_pdf_(self):\n        return b"%PDF-1.4 page"\nPage()')
    assert.equal(pngOf(result.pdf).toString(), '%PDF-1.4 page')
  })

  test('several of one object', async () => {
    const [result] = await shown('class Both:\n    def _repr_html_(self): return "<i>h</i>"\n    def _repr_markdown_(self): return "*m*"\n    def __repr__(self): return "plain"\nBoth()')
    assert.deepEqual([result.html, result.markdown, result.text], ['<i>h</i>', '*m*', 'plain'])
    assert.deepEqual(result.formats().sort(), ['html', 'markdown'])
  })

  test('display is no main result', async () => {
    const results = await shown('display(HTML("a"))\ndisplay(HTML("b"))\n1')
    assert.deepEqual(results.map((result) => result.isMainResult), [false, false, true])
  })

  test('display without an import', async () => assert.equal((await box.runCode('display(5)')).results[0].text, '5'))

  test('a form of another name is kept', async () => {
    const [result] = await shown('display({"application/x-mine": "v", "text/plain": "t"}, raw=True)')
    assert.equal(result.raw.extra['application/x-mine'], 'v')
  })

  test('onResult', async () => {
    const seen = []
    await box.runCode('display(1)\n2', { onResult: (result) => seen.push(result.text) })
    assert.deepEqual(seen, ['1', '2'])
  })

  test('a result of five megabytes', async () => assert.equal((await shown('HTML("x" * 5_000_000)'))[0].html.length, 5_000_000))

  test('a result that is too large says so', async () => {
    const execution = await box.runCode('from IPython.display import HTML\nHTML("x" * 40_000_000)')
    assert.match(execution.logs.stderr.join(''), /larger than the limit/)
    assert.equal((await box.runCode('1')).text, '1')
  })

  test('sympy as latex', async () => assert.match((await box.runCode('import sympy\nx = sympy.Symbol("x")\nsympy.Integral(x**2, x)')).results[0].latex, /int/))

  test('a picture of Pillow', async () => assert.ok(isPng((await shown('import PIL.Image\nPIL.Image.new("RGB", (3, 3), "blue")'))[0].png)))

  test('a picture that is shown or saved', async () => {
    assert.ok(isPng((await shown('import PIL.Image\nPIL.Image.new("RGB", (3, 3)).show()'))[0].png))
    assert.ok(isPng((await shown('import PIL.Image\nPIL.Image.new("RGB", (3, 3)).save("/tmp/p.png")'))[0].png))
  })
})

describe('tables', () => {
  test('html, text and data', async () => {
    const [result] = await shown('import pandas as pd\npd.DataFrame({"a": [1, 2], "b": ["x", "y"]})')
    assert.match(result.html, /<table/)
    assert.match(result.text, /a\s+b/)
    assert.deepEqual(result.data, { a: [1, 2], b: ['x', 'y'] })
  })

  test('moments are ISO 8601, and what is missing is null', async () => {
    const [result] = await shown('import pandas as pd\npd.DataFrame({"t": pd.to_datetime(["2024-01-02", None]), "f": [1.5, float("nan")]})')
    assert.deepEqual(result.data, { t: ['2024-01-02T00:00:00', null], f: [1.5, null] })
  })

  test('a large one has no data', async () => {
    const [result] = await shown('import pandas as pd, numpy as np\npd.DataFrame(np.zeros((1000, 300)))')
    assert.equal(result.data, undefined)
    assert.ok(result.html)
  })

  test('a series', async () => assert.match((await shown('import pandas as pd\npd.Series([1, 2])'))[0].text, /dtype/))
})

const chartOf = async (code) => {
  const results = await shown(`import matplotlib.pyplot as plt\nimport numpy as np\n${code}\nplt.show()`)
  const result = results.find((candidate) => candidate.png)
  assert.ok(result, 'no figure was shown')
  assert.ok(isPng(result.png))
  return result.chart
}

describe('charts', () => {
  test('lines', async () => {
    const chart = await chartOf('plt.plot([0, 1, 2], [0, 1, 4], label="square")\nplt.plot([0, 1], [1, 2], label="line")\nplt.xlabel("Time (s)")\nplt.ylabel("Amplitude (Hz)")\nplt.title("Curves")')
    assert.equal(chart.type, 'line')
    assert.equal(chart.title, 'Curves')
    assert.deepEqual([chart.x_label, chart.x_unit, chart.y_label, chart.y_unit], ['Time (s)', 's', 'Amplitude (Hz)', 'Hz'])
    assert.deepEqual([chart.x_scale, chart.y_scale], ['linear', 'linear'])
    assert.deepEqual(chart.elements.map((line) => line.label), ['square', 'line'])
    assert.deepEqual(chart.elements[0].points, [[0, 0], [1, 1], [2, 4]])
    assert.ok(chart.x_ticks.every((tick) => typeof tick === 'number') && chart.x_tick_labels.length === chart.x_ticks.length)
  })

  test('lines over time', async () => {
    const chart = await chartOf('import datetime\nplt.plot([datetime.date(2024, 9, d) for d in (1, 2, 3)], [1, 2, 3])')
    assert.equal(chart.x_scale, 'datetime')
    assert.equal(chart.elements[0].points[0][0], '2024-09-01')
    assert.ok(chart.x_ticks.every((tick) => !Number.isNaN(Date.parse(tick))))
  })

  test('lines on a log scale', async () => assert.equal((await chartOf('plt.plot([1, 10], [1, 100])\nplt.yscale("log")')).y_scale, 'log'))

  test('lines of pandas', async () => {
    const chart = await chartOf('import pandas as pd\npd.DataFrame({"a": [1, 2], "b": [3, 4]}).plot(ax=plt.gca())')
    assert.deepEqual(chart.elements.map((line) => line.label), ['a', 'b'])
  })

  test('no labels are null', async () => {
    const chart = await chartOf('plt.plot([1, 2])')
    assert.deepEqual([chart.title, chart.x_label, chart.x_unit], [null, null, null])
  })

  test('scattered points', async () => {
    const chart = await chartOf('plt.scatter([1, 2], [3, 4], label="one")\nplt.scatter([5], [6], label="two")')
    assert.equal(chart.type, 'scatter')
    assert.deepEqual(chart.elements, [{ label: 'one', points: [[1, 3], [2, 4]] }, { label: 'two', points: [[5, 6]] }])
  })

  test('bars', async () => {
    const chart = await chartOf('plt.bar(["A", "B"], [100, 200], label="books")\nplt.xlabel("Authors")')
    assert.equal(chart.type, 'bar')
    assert.equal(chart.x_label, 'Authors')
    assert.deepEqual(chart.elements, [{ label: 'A', value: 100, group: 'books' }, { label: 'B', value: 200, group: 'books' }])
  })

  test('grouped bars', async () => {
    const chart = await chartOf('x = np.arange(2)\nplt.bar(x - 0.2, [1, 2], 0.4, label="one")\nplt.bar(x + 0.2, [3, 4], 0.4, label="two")\nplt.xticks(x, ["A", "B"])')
    assert.deepEqual(chart.elements.map((bar) => [bar.label, bar.value, bar.group]), [['A', 1, 'one'], ['B', 2, 'one'], ['A', 3, 'two'], ['B', 4, 'two']])
  })

  test('bars across', async () => {
    const chart = await chartOf('plt.barh(["A", "B"], [1, 2])')
    assert.deepEqual(chart.elements.map((bar) => [bar.label, bar.value]), [['A', 1], ['B', 2]])
  })

  test('a pie', async () => {
    const chart = await chartOf('plt.pie([25, 75], labels=["small", "large"])\nplt.title("Parts")')
    assert.equal(chart.type, 'pie')
    assert.deepEqual(chart.elements.map((slice) => [slice.label, Math.round(slice.angle), slice.radius]), [['small', 90, 1], ['large', 270, 1]])
  })

  test('boxes', async () => {
    const chart = await chartOf('plt.boxplot([[1, 2, 3, 4, 100], [5, 6, 7]], labels=["a", "b"])')
    assert.equal(chart.type, 'box_and_whisker')
    assert.deepEqual(chart.elements[0], { label: 'a', min: 1, first_quartile: 2, median: 3, third_quartile: 4, max: 4, outliers: [100] })
    assert.deepEqual([chart.elements[1].label, chart.elements[1].median], ['b', 6])
  })

  test('several in one figure', async () => {
    const chart = await chartOf('fig, (a, b) = plt.subplots(1, 2)\na.plot([1, 2], [3, 4])\na.set_title("left")\nb.scatter([1], [2])\nfig.suptitle("both")')
    assert.equal(chart.type, 'superchart')
    assert.equal(chart.title, 'both')
    assert.deepEqual(chart.elements.map((element) => [element.type, element.title]), [['line', 'left'], ['scatter', null]])
  })

  test('what has no name is unknown', async () => {
    const chart = await chartOf('plt.imshow(np.zeros((2, 2)))')
    assert.deepEqual([chart.type, chart.elements], ['unknown', []])
  })

  test('a figure is shown at the end of its run, once', async () => {
    const results = await shown('import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])')
    assert.equal(results.length, 1)
    assert.equal(results[0].isMainResult, false)
    assert.deepEqual((await box.runCode('1')).results.length, 1)
  })

  test('two figures of one run', async () => {
    const results = await shown('import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()\nplt.bar(["x"], [1])\nplt.show()')
    assert.deepEqual(results.filter((result) => result.png).map((result) => result.chart.type), ['line', 'bar'])
  })

  test('a closed figure is not shown', async () => assert.deepEqual(await shown('import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])\nplt.close()'), []))

  test('savefig writes a file', async () => {
    await shown('import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig("/home/user/figure.png")\nplt.close()')
    assert.ok((await box.files.read('/home/user/figure.png', { format: 'bytes' })).length > 1000)
  })
})

describe('libraries', () => {
  for (const [name, code, text] of [
    ['numpy', 'import numpy; numpy.arange(4).sum()', '6'],
    ['scipy', 'import scipy.optimize; round(scipy.optimize.brentq(lambda x: x * x - 4, 0, 5), 6)', '2.0'],
    ['sympy', 'import sympy; str(sympy.factor(sympy.Symbol("x")**2 - 1))', '(x - 1)*(x + 1)'],
    ['scikit-learn', 'from sklearn.linear_model import LinearRegression; round(float(LinearRegression().fit([[0], [1]], [0, 2]).coef_[0]), 3)', '2.0'],
    ['openpyxl', 'import pandas as pd; pd.DataFrame({"a": [1]}).to_excel("t.xlsx"); int(pd.read_excel("t.xlsx")["a"][0])', '1'],
    ['beautifulsoup', 'from bs4 import BeautifulSoup; BeautifulSoup("<p>hi</p>", "html.parser").p.text', 'hi'],
    ['requests', 'import requests; requests.__name__', 'requests'],
  ])
    test(name, async () => assert.equal((await box.runCode(code)).text, text))
})

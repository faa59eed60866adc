using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class ProjectTests(Site site)
{
    [Theory, ClassData(typeof(Callers))]
    public async Task A_projects_own_test_command_runs(Caller caller)
    {
        using var place = site.For(caller);
        for (var i = 0; i < 2000; i++)
        {
            var directory = Directory.CreateDirectory(place.InWorkspace($"src/p{i % 50}"));
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, $"m{i}.py"), $"def value():\n    return {i}\n");
        }

        place.Write("work/tests/test_all.py", """
            import importlib.util, os, pathlib, sqlite3, subprocess, tempfile, threading, unittest
            from concurrent.futures import ProcessPoolExecutor
            def square(x): return x * x
            class Everything(unittest.TestCase):
                def test_modules(self):
                    total = 0
                    for path in pathlib.Path("src").rglob("*.py"):
                        spec = importlib.util.spec_from_file_location(path.stem, path)
                        module = importlib.util.module_from_spec(spec)
                        spec.loader.exec_module(module)
                        total += module.value()
                    self.assertEqual(total, sum(range(2000)))
                def test_processes(self):
                    with ProcessPoolExecutor(2) as pool:
                        self.assertEqual(list(pool.map(square, range(5))), [0, 1, 4, 9, 16])
                def test_files(self):
                    with tempfile.TemporaryDirectory() as d:
                        db = sqlite3.connect(os.path.join(d, "x.db"))
                        db.execute("create table t(a)"); db.execute("insert into t values (1)"); db.commit()
                        self.assertEqual(db.execute("select a from t").fetchone(), (1,))
                def test_git(self):
                    self.assertEqual(subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.count("\n"), 2001)
                def test_server(self):
                    import http.server, urllib.request
                    s = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
                    threading.Thread(target=s.serve_forever, daemon=True).start()
                    self.assertIn(b"src", urllib.request.urlopen(f"http://127.0.0.1:{s.server_port}/").read())
                    s.shutdown()
            """);
        Assert.Equal(0, (await place.HostShellAsync("git init -q . && git add -A && git -c user.email=a@b.c -c user.name=n commit -qm all")).Code);
        var outcome = await place.RunAsync("--", "/usr/bin/python3", "-m", "unittest", "discover", "-s", "tests", "-v");
        Assert.True(outcome.Code == 0, outcome.ToString());
        Assert.Contains("Ran 5 tests", outcome.Error, StringComparison.Ordinal);
        var clean = await place.HostShellAsync("git status --porcelain | grep -v __pycache__; git fsck 2>&1 | grep -i error");
        Assert.Equal("", clean.Text);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Node_runs_its_tests(Caller caller)
    {
        using var place = site.For(caller);
        Assert.SkipUnless(File.Exists("/usr/bin/node"), "node is not installed");
        place.Write("work/a.test.js", "const t = require('node:test'), a = require('node:assert'), w = require('worker_threads');\nt('adds', () => a.strictEqual(1 + 1, 2));\nt('files', async () => { await require('fs/promises').writeFile('made', 'x'); });\nt('worker', async () => { const x = new w.Worker(\"require('worker_threads').parentPort.postMessage(7)\", { eval: true }); a.strictEqual(await new Promise(r => x.on('message', r)), 7); });\n");
        var outcome = await place.RunAsync("--", "node", "--test");
        Assert.True(outcome.Code == 0, outcome.ToString());
    }
}

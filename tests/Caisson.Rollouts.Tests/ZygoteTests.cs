using Caisson.Client;
using Caisson.Rollouts.Tests.Ground;

namespace Caisson.Rollouts.Tests;

/// <summary>A fork in a cell behaves as <c>python3 FILE</c> in a sandbox of its own: the same code, run both ways, side by side.</summary>
public sealed class ZygoteTests(SharedServer server)
{
    private static readonly string[] _programs =
    [
        "print(6 * 7)",
        "print(__name__, __file__, __doc__, __spec__, type(__loader__).__name__)",
        "import sys; print(sys.argv, sys.path, sys.orig_argv, sys.stdout.encoding, sys.stdout.errors, sys.stderr.errors)",
        "import os; print(sorted(os.environ.items()), os.getcwd(), os.getuid(), os.getgid(), os.getgroups(), oct(os.umask(0)))",
        "def f(n): return 1 / n\ntry: f(0)\nexcept ZeroDivisionError as e: raise KeyError('again') from e",
        "raise ValueError('text')",
        "print('before')\nx = = 1",
        "import sys; sys.exit('a message')",
        "import sys; sys.exit(300)",
        "import sys; sys.exit(None)",
        "raise SystemExit(True)",
        "import os; print('lost'); os._exit(7)",
        "import os; os.abort()",
        "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import signal, time; signal.alarm(1); time.sleep(9)",
        "raise KeyboardInterrupt",
        "import ctypes; ctypes.string_at(0)",
        "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start()\nprint('early')",
        "import atexit\natexit.register(print, 'second')\natexit.register(print, 'first')",
        "class D:\n    def __del__(self): print('deleted')\nd = D()",
        "import sys\nfor line in sys.stdin: print(line.strip().upper())\nprint(repr(sys.stdin.read()))",
        "import subprocess; print(subprocess.run(['sh', '-c', 'echo out; echo $0 $HOME; exit 3'], capture_output=True))",
        "import multiprocessing as m\nif __name__ == '__main__':\n    with m.Pool(2) as p: print(p.map(abs, [-1, 2]))",
        "import helper; print(helper.word, helper.__file__)",
        "import pickle\nclass C: x = 1\nprint(pickle.loads(pickle.dumps(C())).x)",
        "import warnings; warnings.warn('old', DeprecationWarning)",
        "import sys\nsys.excepthook = lambda *e: print('hook', e[0].__name__)\n1 / 0",
        "import os; os.close(1); print('x')",
        "print(chr(233), ascii(open('data.txt').read()))",
        "import json, re, math, collections, datetime, decimal; print(json.dumps({'a': 1}), re.sub('a', 'b', 'aa'), math.pi, decimal.Decimal('0.1'))",
        "import inspect\ndef f(): pass\nprint(inspect.getsource(f))",
        "import asyncio\nasync def a():\n    await asyncio.sleep(0)\n    return 5\nprint(asyncio.run(a()))",
        "import http.server, threading, urllib.request as u\ns = http.server.HTTPServer(('127.0.0.1', 8000), type('H', (http.server.SimpleHTTPRequestHandler,), {'log_message': lambda *a: None}))\nthreading.Thread(target=s.handle_request).start()\nprint(u.urlopen('http://127.0.0.1:8000/data.txt').read())",
        "import resource; print([resource.getrlimit(n) for n in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE)])",
        "exit(4)",
        "import mpl_toolkits",
        "print(eval('__import__(\"os\").path.sep'))",
    ];

    private static readonly Dictionary<string, byte[]> _files = new()
    {
        ["helper.py"] = "word = 'helped'"u8.ToArray(),
        ["data.txt"] = "déjà"u8.ToArray(),
    };

    public static TheoryData<string> Programs => [.. _programs];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_fork_and_a_sandbox_say_the_same(string code)
    {
        var task = new RolloutTask { Language = "python", Code = code, Stdin = "one\ntwo\n", Files = _files, Environment = new Dictionary<string, string> { ["WORD"] = "said" } };
        var results = await server.RunAsync(task, task with { Fresh = true });
        Assert.Equal(["zygote", "fresh"], results.Select(result => result.Isolation));
        Assert.Equal(Said(results[1]), Said(results[0]));
    }

    [Fact]
    public async Task What_a_cell_has_not_gets_a_sandbox_of_its_own()
    {
        var task = new RolloutTask { Language = "python", Code = "print(1)" };
        var results = await server.RunAsync(
            task with { User = "root" },
            task with { Cwd = "/mnt/x", User = "root" },
            task with { Fetch = ["main.py"] },
            task with { Environment = new Dictionary<string, string> { ["PYTHONHASHSEED"] = "0" } },
            task with { Stdin = new string('x', 100_000) },
            task with { Files = new Dictionary<string, byte[]> { ["../up"] = [] } },
            task with { Files = new Dictionary<string, byte[]> { ["types.py"] = [] } },
            new RolloutTask { Command = "sh", Arguments = ["-c", "echo 1"] });
        Assert.All(results, result => Assert.Equal("fresh", result.Isolation));
        Assert.All(results.Where((_, index) => index is not (5 or 6)), result => Assert.Equal((RolloutLabel.Ok, "1\n"), (result.Label, result.Steps[0].Stdout)));
    }

    [Fact]
    public async Task A_command_may_name_its_file()
    {
        var result = (await server.RunAsync(new RolloutTask { Command = "python3", Arguments = ["pkg/run.py", "a b"], Cwd = "/tmp/work", Files = new Dictionary<string, byte[]> { ["pkg/run.py"] = "import sys, os; print(sys.argv, sys.path[0], os.getcwd())"u8.ToArray() } })).Single();
        Assert.Equal(("zygote", "['pkg/run.py', 'a b'] /tmp/work/pkg /tmp/work\n"), (result.Isolation, result.Steps[0].Stdout));
    }

    [Fact]
    public async Task Random_numbers_differ()
    {
        var task = new RolloutTask { Language = "python", Code = "import random, uuid, os; print(random.random(), uuid.uuid4(), os.urandom(4).hex())" };
        var results = await server.RunAsync([.. Enumerable.Repeat(task, 8)]);
        Assert.Equal(8, results.Select(result => result.Steps[0].Stdout).Distinct(StringComparer.Ordinal).Count());
    }

    private static (RolloutLabel Label, int? Exit, int? Signal, string Out, string Errors) Said(RolloutOutcome result)
    {
        var step = result.Steps.Single();
        return (result.Label, step.ExitCode, step.Signal, step.Stdout, step.Stderr);
    }
}

using System.Text;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using static Caisson.Verify.Cases.PythonCase;

namespace Caisson.Verify.Cases;

/// <summary>What holds on every wall that can run Python, whatever else it has.</summary>
internal static class PortableCases
{
    public static IEnumerable<VerifyCase> All =>
    [
        Says("Python computes", Controls.Exec, "print(6*7)", "42"),
        Of("a code of a Python program is told", Controls.Exec, async (bench, cancellation) =>
            Expect.Equal<int?>(7, (await RunAsync(await bench.BoxAsync(cancellation), "import sys; sys.exit(7)", cancellation)).ExitCode)),
        Of("arguments reach Python unchanged", Controls.Exec, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var result = await box.ExecAsync(Request("import sys; print('|'.join(sys.argv[1:]))", "a b", "it's", "$HOME", "*", "", "ü", "\\"), null, cancellation);
            Expect.Equal("a b|it's|$HOME|*||ü|\\\n", result.Stdout);
        }),
        Of("a variable reaches one Python program alone", Controls.Exec, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var request = Request("import os; print(os.environ.get('MINE'))");
            Expect.Equal("a=b c\n", (await box.ExecAsync(request with { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["MINE"] = "a=b c" } }, null, cancellation)).Stdout);
            Expect.Equal("None\n", (await box.ExecAsync(request, null, cancellation)).Stdout);
        }),
        Of("a directory that is not there is refused to Python too", Controls.Exec, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            Expect.Equal(ErrorCode.InvalidArgument, (await Expect.RefusedAsync(() => box.ExecAsync(Request("1") with { WorkingDirectory = "/no/such/place" }, null, cancellation))).Code);
        }),
        Of("a shell runs, or is refused as what the wall has not", Controls.Exec, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var request = new ExecRequest { Command = "/bin/sh", Arguments = ["-c", "echo shell"] };
            if (bench.Capabilities.HasFlag(WallCapabilities.Programs))
                Expect.Equal("shell\n", (await box.ExecAsync(request, null, cancellation)).Stdout);
            else
                Expect.Equal(ErrorCode.Unsupported, (await Expect.RefusedAsync(() => box.ExecAsync(request, null, cancellation))).Code);
        }),
        Of("eight Python programs run at once", Controls.Exec, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => RunAsync(box, $"print({i})", cancellation)));
            Expect.Equal("0 1 2 3 4 5 6 7", string.Join(' ', results.Select(result => result.Stdout.Trim())));
        }),
        Of("both outputs of Python are apart", Controls.Stdio, async (bench, cancellation) =>
        {
            var result = await RunAsync(await bench.BoxAsync(cancellation), "import sys; print('out'); print('err', file=sys.stderr)", cancellation);
            Expect.Equal("out\nerr\n", result.Stdout + result.Stderr);
        }),
        Of("a megabyte of Python's is whole", Controls.Stdio, async (bench, cancellation) =>
        {
            var result = await RunAsync(await bench.BoxAsync(cancellation), "import sys\nfor i in range(1024): sys.stdout.write(chr(97+i%26)*1024)", cancellation);
            Expect.Equal(string.Concat(Enumerable.Range(0, 1024).Select(i => new string((char)(97 + (i % 26)), 1024))), result.Stdout);
        }),
        Of("Python reads its input to the end", Controls.Stdio, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var text = string.Concat(Enumerable.Repeat("0123456789", 20_000));
            Expect.Equal("200000\n", (await box.ExecAsync(Request("import sys; print(len(sys.stdin.read()))"), text, cancellation)).Stdout);
        }),
        Of("missed output of Python is read again from its start", Controls.Stdio, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            int pid;
            await using (var first = await box.StartAsync(Request("import time; print('early'); time.sleep(1); print('late')"), cancellation))
                pid = first.Pid;
            await using var again = await box.AttachAsync(pid, 0, cancellation);
            Expect.Equal("early\nlate\n", await TextAsync(again.ReadAsync(cancellation)));
        }),
        Ended("SIGKILL ends a Python program that computes", "print('up')\nwhile True: pass", 9),
        Ended("SIGTERM ends a Python program that sleeps", "import time; print('up'); time.sleep(100)", 15),
        Of("a file of the API is read by Python, and the other way round", Controls.Files, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            await box.Files.WriteTextAsync("/home/user/portable/in.txt", "content ü", null, cancellation);
            var result = await RunAsync(box, "t=open('portable/in.txt').read(); open('portable/out.txt','w').write(t+'!'); print(t)", cancellation);
            Expect.Equal("content ü\n", result.Stdout);
            Expect.Equal("content ü!", await box.Files.ReadTextAsync("/home/user/portable/out.txt", null, cancellation));
            await box.Files.RemoveAsync("/home/user/portable", null, cancellation);
        }),
        Of("Python has no more memory than was given", Controls.Memory, async (bench, cancellation) =>
        {
            await using var box = await bench.CreateAsync(new SandboxSpec { Resources = new Resources { MemoryBytes = 128 << 20 } }, cancellation);
            var result = await RunAsync(box, "b=bytearray(400<<20); print('got it')", cancellation);
            Expect.True(result.ExitCode != 0 && !result.Stdout.Contains("got it", StringComparison.Ordinal), $"got {ShellCase.Describe(result)}");
            Expect.Equal("alive\n", (await RunAsync(box, "print('alive')", cancellation)).Stdout);
        }),
        Of("a full disk is an error of Python's", Controls.Disk, async (bench, cancellation) =>
        {
            await using var box = await bench.CreateAsync(new SandboxSpec { Resources = new Resources { DiskBytes = 64 << 20 } }, cancellation);
            var result = await RunAsync(box, "import os\nf=open('/home/user/fill','wb')\ntry:\n  for i in range(3200): f.write(bytes(65536))\n  print('all of it')\nexcept OSError: print('full')\nos.unlink('/home/user/fill')", cancellation);
            Expect.Equal("full\n", result.Stdout);
            Expect.Equal("1\n", (await RunAsync(box, "print(open('/home/user/again','w').write('x'))", cancellation)).Stdout);
        }),
        Timed("Python that computes for ever ends with its time", "print('up')\nwhile True: pass"),
        Timed("Python that sleeps for ever ends with its time", "import time; print('up'); time.sleep(1e6)"),
        Of("Python's output past the limit is dropped and counted", Controls.Output, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var result = await box.ExecAsync(Request("import sys; sys.stdout.write('x'*1000000)") with { OutputLimit = 1000 }, null, cancellation);
            Expect.Equal(1000, result.Stdout.Length);
            Expect.Equal(999_000, result.OutputDropped);
        }),
        Of("Python opens nothing of the host", Controls.Host, async (bench, cancellation) =>
        {
            var paths = $"/etc/shadow /root /proc/1/mem /dev/sda /dev/mem /sys/kernel /var/run/docker.sock {bench.Server.Directory}/caisson.db ../../../../../../etc/shadow".Split(' ');
            var result = await (await bench.BoxAsync(cancellation)).ExecAsync(Request("import sys\nfor p in sys.argv[1:]:\n  try: open(p,'rb').read(1); print(p)\n  except OSError: pass", paths), null, cancellation);
            Expect.Equal("", result.Stdout);
        }),
        Of("no connection of Python's gets out by default", Controls.NoNetwork, async (bench, cancellation) =>
        {
            await using var host = new HostListener(Bench.HostAddress());
            await using var box = await bench.CreateAsync(new SandboxSpec { Egress = EgressPolicy.None }, cancellation);
            _ = await box.ExecAsync(Request("import socket,sys; s=socket.create_connection((sys.argv[1],int(sys.argv[2])),5); s.sendall(b'x'); print(s.recv(1))", host.Address.ToString(), $"{host.Port}"), null, cancellation);
            Expect.Equal(0, host.Accepted);
        }),
        Of("a neighbour's files are not Python's to see", Controls.Neighbours, async (bench, cancellation) =>
        {
            await using var one = await bench.CreateAsync(new SandboxSpec(), cancellation);
            await using var other = await bench.CreateAsync(new SandboxSpec(), cancellation);
            Expect.Equal("6\n", (await RunAsync(one, "print(open('/tmp/shared','w').write('secret')); open('/home/user/shared','w')", cancellation)).Stdout);
            Expect.Equal("False False\n", (await RunAsync(other, "import os; print(os.path.exists('/tmp/shared'), os.path.exists('/home/user/shared'))", cancellation)).Stdout);
        }),
    ];

    /// <summary>All that is said, to the end.</summary>
    public static async Task<string> TextAsync(IAsyncEnumerable<ExecEvent> events)
    {
        var bytes = new List<byte>();
        await foreach (var item in events)
        {
            if (item is ExecOutputEvent piece)
                bytes.AddRange(piece.Data.Span);
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    private static VerifyCase Ended(string name, string code, int signal) => Of(name, Controls.Signals, async (bench, cancellation) =>
    {
        var box = await bench.BoxAsync(cancellation);
        await using var running = await box.StartAsync(Request(code), cancellation);
        var signalled = false;
        await foreach (var item in running.ReadAsync(cancellation))
        {
            if (item is ExecOutputEvent && !signalled)
            {
                // A line may come in pieces, and the next piece after the end.
                signalled = true;
                await running.SignalAsync(signal, false, cancellation);
            }
            else if (item is Client.ExecOutcome exit)
            {
                Expect.Equal<int?>(signal, exit.Signal);
            }
        }
    });

    private static VerifyCase Timed(string name, string code) => Of(name, Controls.Time, async (bench, cancellation) =>
    {
        var box = await bench.BoxAsync(cancellation);
        var result = await box.ExecAsync(Request(code) with { Timeout = TimeSpan.FromSeconds(2) }, null, cancellation);
        Expect.Equal(FailureKind.Timeout, result.Failure);
        Expect.Equal("up\n", result.Stdout);
    });
}

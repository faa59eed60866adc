using System.Text;
using Caisson.Client;
using Caisson.Core.Guests;
using static Caisson.Verify.Cases.ShellCase;

namespace Caisson.Verify.Cases;

/// <summary>Standard streams, signals and terminals.</summary>
internal static class StreamCases
{
    public static IEnumerable<VerifyCase> All =>
    [
        Of("error output is kept apart", Controls.Stdio, "echo out; echo err >&2", User, r => r is { Stdout: "out\n", Stderr: "err\n" }, "'out' and 'err' apart"),
        Of("a megabyte of output is whole", Controls.Stdio, "head -c 1048576 /dev/zero | tr '\\0' x", User, r => r.Stdout.Length == 1 << 20 && r.Stdout.All(c => c == 'x'), "1 MiB of x"),
        Of("20,000 lines keep their order", Controls.Stdio, "seq 20000", User, r => r.Stdout == string.Concat(Enumerable.Range(1, 20_000).Select(i => $"{i}\n")), "1 to 20000"),
        Says("no input is an empty input", Controls.Stdio, "wc -c", "0"),
        Says("a pipe of three programs", Controls.Stdio, "printf 'b\\na\\n' | sort | head -1", "a"),
        Says("characters of several bytes are whole", Controls.Stdio, "printf 'äöü€😀'", "äöü€😀"),
        new("input is read to its end", Controls.Stdio, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var text = string.Concat(Enumerable.Repeat("0123456789", 20_000));
            Expect.Equal("200000", (await box.ExecAsync(new ExecRequest { Command = "wc", Arguments = ["-c"] }, text, cancellation)).Stdout.Trim());
        }),
        new("input is written while the program runs", Controls.Stdio, async (bench, cancellation) =>
        {
            var (text, exit) = await TalkAsync(bench, new ExecRequest { Command = "/bin/sh", Arguments = ["-c", "read a; echo got $a; read b; echo and $b"], Input = true }, ["one\n", "two\n"], cancellation);
            Expect.Equal("got one\nand two\n", text);
            Expect.Equal<int?>(0, exit.ExitCode);
        }),
        new("output that was missed is read again from its start", Controls.Stdio, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            int pid;
            await using (var first = await box.StartAsync(new ExecRequest { Command = "/bin/sh", Arguments = ["-c", "echo early; sleep 1; echo late"] }, cancellation))
                pid = first.Pid;
            await using var again = await box.AttachAsync(pid, 0, cancellation);
            Expect.Equal("early\nlate\n", (await ReadAsync(again.ReadAsync(cancellation))).Text);
        }),
        Ends("a program that kills itself", Controls.Signals, "sh -c 'kill -TERM $$'", 143),
        new("SIGTERM can be caught", Controls.Signals, (bench, cancellation) => SignalAsync(bench, "trap 'echo caught; exit 3' TERM; echo up; while :; do sleep 0.05; done", 15, "up\ncaught\n", 3, null, cancellation)),
        new("SIGTERM ends what does not catch it, and is told", Controls.Signals, (bench, cancellation) => SignalAsync(bench, "echo up; exec sleep 100", 15, "up\n", null, 15, cancellation)),
        new("SIGKILL ends anything", Controls.Signals, (bench, cancellation) => SignalAsync(bench, "trap '' TERM INT HUP; echo up; while :; do sleep 0.05; done", 9, "up\n", null, 9, cancellation)),
        new("SIGINT reaches a python program", Controls.Signals, (bench, cancellation) => SignalAsync(
            bench, "exec python3 -uc 'import time\ntry:\n  print(\"up\"); time.sleep(60)\nexcept KeyboardInterrupt: print(\"interrupted\")'", 2, "up\ninterrupted\n", 0, null, cancellation)),
        Says("a stopped child can be continued", Controls.Signals, "sleep 30 & kill -STOP $!; kill -CONT $!; kill -TERM $!; wait $!; echo $?", "143"),
        new("a terminal is a terminal", Controls.Terminals, async (bench, cancellation) =>
        {
            var (text, _) = await TalkAsync(bench, new ExecRequest { Command = "/bin/sh", Arguments = ["-c", "test -t 0 && test -t 1 && tty"], Terminal = new TerminalSize(80, 24) }, [], cancellation);
            Expect.True(text.StartsWith("/dev/pts/", StringComparison.Ordinal), $"it said '{text}'");
        }),
        new("a terminal has the size that was asked for", Controls.Terminals, async (bench, cancellation) =>
        {
            var (text, _) = await TalkAsync(bench, new ExecRequest { Command = "stty", Arguments = ["size"], Terminal = new TerminalSize(123, 45) }, [], cancellation);
            Expect.Equal("45 123", text.Trim());
        }),
        new("what is typed is echoed, and Ctrl-D ends it", Controls.Terminals, async (bench, cancellation) =>
        {
            var (text, exit) = await TalkAsync(bench, new ExecRequest { Command = "cat", Terminal = new TerminalSize(80, 24) }, ["hi\n", "\u0004"], cancellation);
            Expect.Equal("hi\r\nhi\r\n", text);
            Expect.Equal<int?>(0, exit.ExitCode);
        }),
        new("Ctrl-C interrupts", Controls.Terminals, async (bench, cancellation) =>
        {
            var (_, exit) = await TalkAsync(bench, new ExecRequest { Command = "sleep", Arguments = ["50"], Terminal = new TerminalSize(80, 24) }, ["\u0003"], cancellation);
            Expect.Equal<int?>(2, exit.Signal);
        }),
        new("a terminal can be resized", Controls.Terminals, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            await using var shell = await box.StartAsync(new ExecRequest { Command = "/bin/sh", Arguments = ["-c", "trap 'stty size; exit' WINCH; echo up; while :; do sleep 0.05; done"], Terminal = new TerminalSize(80, 24) }, cancellation);
            var text = new StringBuilder();
            await foreach (var item in shell.ReadAsync(cancellation))
            {
                if (item is not ExecOutputEvent piece)
                    break;
                text.Append(Encoding.UTF8.GetString(piece.Data.Span));
                if (text.ToString() is "up\r\n")
                    await shell.ResizeAsync(new TerminalSize(90, 30), cancellation);
            }

            Expect.Equal("up\r\n30 90\r\n", text.ToString());
        }),
    ];

    private static async Task SignalAsync(Bench bench, string script, int signal, string output, int? code, int? endedBy, CancellationToken cancellation)
    {
        var box = await bench.BoxAsync(cancellation);
        await using var running = await box.StartAsync(new ExecRequest { Command = "/bin/sh", Arguments = ["-c", script], Timeout = TimeSpan.FromSeconds(60) }, cancellation);
        var text = new StringBuilder();
        await foreach (var item in running.ReadAsync(cancellation))
        {
            if (item is ExecOutputEvent piece)
            {
                text.Append(Encoding.UTF8.GetString(piece.Data.Span));
                if (text.ToString() is "up\n")
                    await running.SignalAsync(signal, false, cancellation);
            }
            else if (item is ExecOutcome exit)
            {
                Expect.Equal(output, text.ToString());
                Expect.Equal(code, exit.ExitCode);
                Expect.Equal(endedBy, exit.Signal);
                return;
            }
        }

        throw new DoesNotHoldException("its end was not told");
    }

    private static async Task<(string Text, ExecOutcome Exit)> TalkAsync(Bench bench, ExecRequest request, string[] lines, CancellationToken cancellation)
    {
        var box = await bench.BoxAsync(cancellation);
        await using var running = await box.StartAsync(request with { Timeout = TimeSpan.FromSeconds(60) }, cancellation);
        foreach (var line in lines)
        {
            // A program in a terminal needs a moment to be there to read.
            await Task.Delay(300, cancellation);
            await running.WriteInputAsync(Encoding.UTF8.GetBytes(line), cancellation);
        }

        return await ReadAsync(running.ReadAsync(cancellation));
    }

    private static async Task<(string Text, ExecOutcome Exit)> ReadAsync(IAsyncEnumerable<ExecEvent> events)
    {
        var bytes = new List<byte>();
        await foreach (var item in events)
        {
            if (item is ExecOutputEvent piece)
                bytes.AddRange(piece.Data.Span);
            else if (item is ExecOutcome exit)
                return (Encoding.UTF8.GetString([.. bytes]), exit);
        }

        throw new DoesNotHoldException("its end was not told");
    }
}

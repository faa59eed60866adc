using Caisson.Core.Failures;
using Caisson.Core.Guests;
using static Caisson.Verify.Cases.ShellCase;

namespace Caisson.Verify.Cases;

/// <summary>Programs, their arguments and ends.</summary>
internal static class ExecCases
{
    public static IEnumerable<VerifyCase> All =>
    [
        Says("a program runs and says what it says", Controls.Exec, "echo hello", "hello"),
        Ends("a code of 0 is told", Controls.Exec, "exit 0", 0),
        Ends("a code of 7 is told", Controls.Exec, "exit 7", 7),
        Ends("a code of 255 is told", Controls.Exec, "exit 255", 255),
        Ends("a command that is not there is 127 of the shell", Controls.Exec, "no-such-command", 127),
        Says("the user's home is where programs start", Controls.Exec, "pwd", "/home/user"),
        Says("python is there", Controls.Exec, "python3 -c 'print(6*7)'", "42"),
        Says("PATH has the usual places", Controls.Exec, "case :$PATH: in *:/usr/bin:*) echo yes;; esac", "yes"),
        Says("HOME, USER and SHELL are set", Controls.Exec, "echo $HOME $USER ${SHELL:+shell}", "/home/user user shell"),
        Says("five hundred processes one after another", Controls.Exec, "i=0; while [ $i -lt 500 ]; do /bin/true; i=$((i+1)); done; echo $i", "500"),
        Direct("arguments pass unchanged", ["%s|", "a b", "it's", "$HOME", "*", "", "ü", "new\nline", "\\"], "a b|it's|$HOME|*||ü|new\nline|\\|"),
        new("a variable of one execution is seen by it alone", Controls.Exec, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var request = new ExecRequest { Command = "/bin/sh", Arguments = ["-c", "printf %s \"$MINE\""], Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["MINE"] = "a=b c" } };
            Expect.Equal("a=b c", (await box.ExecAsync(request, null, cancellation)).Stdout);
            Expect.Equal("", (await box.ExecAsync(request with { Environment = new Dictionary<string, string>(StringComparer.Ordinal) }, null, cancellation)).Stdout);
        }),
        new("a working directory is entered", Controls.Exec, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            Expect.Equal("/usr\n", (await box.ExecAsync(new ExecRequest { Command = "pwd", WorkingDirectory = "/usr" }, null, cancellation)).Stdout);
        }),
        Refused("a program that is not there is a typed refusal", new ExecRequest { Command = "/no/such/program" }, ErrorCode.NotFound),
        Refused("a directory that is not there is a typed refusal", new ExecRequest { Command = "pwd", WorkingDirectory = "/no/such/place" }, ErrorCode.InvalidArgument),
        Refused("a user who is not there is a typed refusal", new ExecRequest { Command = "id", User = "nobody-of-that-name" }, null),
        new("twenty programs run at once", Controls.Exec, async (bench, cancellation) =>
        {
            var box = await bench.BoxAsync(cancellation);
            var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => box.ExecAsync($"sleep 0.2; echo {i}", cancellation)));
            Expect.Equal(string.Join(' ', Enumerable.Range(0, 20)), string.Join(' ', results.Select(r => r.Stdout.Trim())));
        }),
    ];

    private static VerifyCase Direct(string name, string[] arguments, string output) => new(name, Controls.Exec, async (bench, cancellation) =>
    {
        var box = await bench.BoxAsync(cancellation);
        Expect.Equal(output, (await box.ExecAsync(new ExecRequest { Command = "/usr/bin/printf", Arguments = arguments }, null, cancellation)).Stdout);
    });

    private static VerifyCase Refused(string name, ExecRequest request, ErrorCode? code) => new(name, Controls.Exec, async (bench, cancellation) =>
    {
        var box = await bench.BoxAsync(cancellation);
        var failure = await Expect.RefusedAsync(() => box.ExecAsync(request, null, cancellation));
        if (code is { } expected)
            Expect.Equal(expected, failure.Code);
    });
}

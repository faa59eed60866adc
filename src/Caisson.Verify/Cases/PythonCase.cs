using Caisson.Client;
using Caisson.Core.Backends;
using Caisson.Core.Guests;

namespace Caisson.Verify.Cases;

/// <summary>Cases that are Python code and what must come of it: on a wall that has Python and no other program, too.</summary>
internal static class PythonCase
{
    /// <summary>A case that needs nothing of a wall but commands and files.</summary>
    public static VerifyCase Of(string name, Control control, Func<Bench, CancellationToken, Task> run, bool shipped = true) =>
        new(name, control, run, shipped) { Needs = WallCapabilities.None };

    /// <summary>The code in the shared sandbox ends well and says this.</summary>
    public static VerifyCase Says(string name, Control control, string code, string text) => Of(name, control, async (bench, cancellation) =>
    {
        var result = await RunAsync(await bench.BoxAsync(cancellation), code, cancellation);
        Expect.True(result.ExitCode == 0 && result.Stdout.Trim() == text, $"expected '{text}', got {ShellCase.Describe(result)}");
    });

    /// <summary>A request that runs code.</summary>
    public static ExecRequest Request(string code, params IEnumerable<string> arguments) =>
        new() { Command = "python3", Arguments = ["-u", "-c", code, .. arguments], Timeout = TimeSpan.FromMinutes(1) };

    /// <summary>Runs code in a sandbox.</summary>
    public static Task<ExecResult> RunAsync(RemoteSandbox box, string code, CancellationToken cancellation) => box.ExecAsync(Request(code), null, cancellation);
}

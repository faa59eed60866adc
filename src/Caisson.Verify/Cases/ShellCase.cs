using Caisson.Client;

namespace Caisson.Verify.Cases;

/// <summary>Cases that are a shell script in the shared sandbox and what must come of it.</summary>
internal static class ShellCase
{
    public const string User = "user";
    public const string Root = "root";

    /// <summary>The script ends well and says this, space around it apart.</summary>
    public static VerifyCase Says(string name, Control control, string script, string text, string user = User) =>
        Of(name, control, script, user, result => result.ExitCode == 0 && string.Equals(result.Stdout.Trim(), text, StringComparison.Ordinal), $"'{text}'");

    /// <summary>The script ends with this code.</summary>
    public static VerifyCase Ends(string name, Control control, string script, int code, string user = User) =>
        Of(name, control, script, user, result => result.ExitCode == code, $"exit code {code}");

    /// <summary>What comes of the script fulfils a condition.</summary>
    public static VerifyCase Of(string name, Control control, string script, string user, Func<ExecResult, bool> holds, string expected) =>
        new(name, control, async (bench, cancellation) =>
        {
            var result = await bench.ShellAsync(script, user, cancellation);
            if (!holds(result))
                throw new DoesNotHoldException($"expected {expected}, got {Describe(result)}");
        });

    /// <summary>A result in a line.</summary>
    public static string Describe(ExecResult result) =>
        $"exit {result.ExitCode?.ToString() ?? "-"}, signal {result.Signal?.ToString() ?? "-"}, failure {result.Failure?.ToString() ?? "-"}: '{Short(result.Stdout)}' '{Short(result.Stderr)}'";

    private static string Short(string text) => text.Length <= 300 ? text.Trim() : $"{text[..300].Trim()}...";
}

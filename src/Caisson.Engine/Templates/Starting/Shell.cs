using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Engine.Templates.Starting;

/// <summary>Shell commands of templates: bash where there is one, else sh; no login shell, whose profile would replace the template's PATH.</summary>
internal static class Shell
{
    private const string Bash = "/bin/bash";
    private const string Plain = "/bin/sh";

    public static async Task<IExecution> StartAsync(IGuest guest, string script, ExecRequest request, CancellationToken cancellation)
    {
        try
        {
            return await guest.StartAsync(request with { Command = Bash, Arguments = ["-c", script] }, cancellation);
        }
        catch (CaissonException missing) when (missing.Code == ErrorCode.NotFound && missing.Message.Contains(Bash, StringComparison.Ordinal))
        {
            return await guest.StartAsync(request with { Command = Plain, Arguments = ["-c", script] }, cancellation);
        }
    }

    /// <summary>Text as one word of a shell.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

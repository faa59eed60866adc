using Caisson.Core.Guests;
using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Running;

namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>Asks bash whether a command can be read, before a session is given it.</summary>
internal static class SyntaxCheck
{
    private const int Output = 64 << 10;
    private const int Shown = 4 << 10;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>Fails where the command in a file cannot be read.</summary>
    public static async Task RequireAsync(IGuest guest, string user, string session, string path, string command, CancellationToken cancellation)
    {
        // By standard input, so that messages name no file. What is run is in the timeline with its arguments, and so is the command, which is not typed.
        var request = new ExecRequest
        {
            Command = "/bin/sh",
            Arguments = ["-c", "exec bash -n <\"$1\"", $"session {session}: {Beginning(command)}", path],
            User = user,
            Timeout = _patience,
            Journaled = false,
        };
        var result = await Collected.RunAsync(guest, request, Output, cancellation);
        if (result.ReturnCode == 0)
            return;
        var message = $"Error (exit code {result.ReturnCode}) while checking bash command \n{PythonText.Quote(command)}\n---- Stderr ----\n{result.Error}\n---- Stdout ----\n{result.Output}";
        throw RaisedFailure.Syntax(message, result.Output, result.Error);
    }

    // Half of a surrogate pair is no text.
    private static string Beginning(string command) => command.Length <= Shown ? command : command[..(char.IsHighSurrogate(command[Shown - 1]) ? Shown - 1 : Shown)];
}

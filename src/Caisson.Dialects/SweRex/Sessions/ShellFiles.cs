using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Guests;

namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>The files of one session inside: what its shell starts with, and its commands, each while it is needed.</summary>
/// <remarks>
/// A command is read from a file and not typed, so that it may be of any length and have any number of lines, and no two prompts come of one command.
/// </remarks>
internal sealed class ShellFiles(IGuest guest, string user)
{
    private const int OwnerOnly = 0x180;
    private readonly string _directory = "/tmp/.swerex-" + RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>The mark of the session's prompts; nothing else that is shown has it.</summary>
    public string Mark { get; } = RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>What the shell reads first.</summary>
    public string Startup => _directory + "/startup";

    public Task WriteStartupAsync(IReadOnlyList<string> sources, CancellationToken cancellation)
    {
        var text = new StringBuilder($"stty -echo\n{Prompt.TurnVariable}={Prompt.FirstTurn}\n[ -r ~/.bashrc ] && . ~/.bashrc\n")
            .Append(CultureInfo.InvariantCulture, $"printf '%s' '{Prompt.Begun(Mark)}'\n");
        foreach (var source in sources)
            text.Append(CultureInfo.InvariantCulture, $"source {source}\n");
        // Before each prompt again, and in shells below this one, for startup files and virtual environments set their own.
        text.Append(CultureInfo.InvariantCulture, $"PS1='{Prompt.Source(Mark)}'\nPROMPT_COMMAND=\"PS1='$PS1' PS2= PS0=\"\n")
            .Append("shopt -s promptvars\nexport PS1 PS2= PS0= PROMPT_COMMAND\n");
        return WriteAsync(Startup, text.ToString(), cancellation);
    }

    /// <summary>Writes a command down; the path of its file.</summary>
    public async Task<string> WriteAsync(int turn, string command, CancellationToken cancellation)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{_directory}/{turn}");
        await WriteAsync(path, command + "\n", cancellation);
        return path;
    }

    /// <summary>Removes one of them, or with null all; it matters little if that fails.</summary>
    public async Task RemoveAsync(string? path, CancellationToken cancellation)
    {
        try
        {
            await guest.Files.RemoveAsync(path ?? _directory, user, cancellation);
        }
        catch (Exception e) when (e is CaissonException or OperationCanceledException)
        {
            // They go with the sandbox.
        }
    }

    private async Task WriteAsync(string path, string text, CancellationToken cancellation)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await guest.Files.WriteAsync(path, user, content, new WriteOptions(OwnerOnly), cancellation);
    }
}

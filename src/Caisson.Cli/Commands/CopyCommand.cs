using System.CommandLine;
using Caisson.Cli.Output;
using Caisson.Cli.Terminals;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;

namespace Caisson.Cli.Commands;

/// <summary><c>caisson cp</c>: one file into a sandbox or out of it, <c>-</c> being the standard streams.</summary>
internal static class CopyCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "A file here, ID:PATH, or - for standard input." };
        var destination = new Argument<string>("destination") { Description = "A file here, ID:PATH, or - for standard output." };
        var user = new Option<string?>("--user") { Description = "The user inside." };
        var command = new Command("cp", "Copy a file into a sandbox or out of it.") { source, destination, user };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            var (from, to) = (Remote(parsed.GetValue(source)!), Remote(parsed.GetValue(destination)!));
            using var client = Connection.Open();
            if (from is { } remoteSource && to is null)
            {
                var sandbox = await client.GetAsync(remoteSource.Id, cancellation);
                await using var content = await sandbox.Files.OpenReadAsync(remoteSource.Path, parsed.GetValue(user), cancellation);
                await LocalFile.SaveAsync(content, parsed.GetValue(destination)!, Path.GetFileName(remoteSource.Path), cancellation);
            }
            else if (to is { } remoteTarget && from is null)
            {
                var sandbox = await client.GetAsync(remoteTarget.Id, cancellation);
                var local = parsed.GetValue(source)!;
                var path = remoteTarget.Path.EndsWith('/') ? remoteTarget.Path + Path.GetFileName(local) : remoteTarget.Path;
                using var progress = new Progress("sent");
                await using Stream content = local == "-" ? Descriptors.Input() : new FileStream(local, FileMode.Open, FileAccess.Read, FileShare.Read, 0, useAsync: true);
                await using var counted = new CountingStream(content, progress.Report);
                UnixFileMode? mode = local == "-" ? null : File.GetUnixFileMode(local) & (UnixFileMode)0x1FF;
                await sandbox.Files.WriteAsync(path, counted, mode, parsed.GetValue(user), cancellation);
            }
            else
            {
                throw new CaissonException(ErrorCode.InvalidArgument, "One of the two must be ID:PATH and the other a file here.", "For instance: caisson cp ID:/tmp/result.txt .");
            }

            return 0;
        }));
        return command;
    }

    /// <summary>Reads <c>ID:PATH</c>; null when the text names a file here.</summary>
    internal static (string Id, string Path)? Remote(string text) =>
        text.Length > SandboxId.Length + 1 && text[SandboxId.Length] == ':' && SandboxId.TryParse(text[..SandboxId.Length], out var id)
            ? (id.Value, text[(SandboxId.Length + 1)..])
            : null;
}

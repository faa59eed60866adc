using System.CommandLine;
using Caisson.Cli.Output;
using Caisson.Cli.Terminals;
using Caisson.Core.Failures;

namespace Caisson.Cli.Volumes;

/// <summary><c>caisson volume cp</c>: one file into a volume or out of it, <c>-</c> being the standard streams.</summary>
internal static class VolumeCopyCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "A file here, NAME:PATH, or - for standard input." };
        var destination = new Argument<string>("destination") { Description = "A file here, NAME:PATH, or - for standard output." };
        var command = new Command("cp", "Copy a file into a volume or out of it.") { source, destination };
        command.SetAction((parsed, cancellation) => Guarded.RunAsync(async () =>
        {
            var (here, there) = (parsed.GetValue(source)!, parsed.GetValue(destination)!);
            using var client = Connection.Open();
            if (InVolume(here) is { } from && InVolume(there) is null)
            {
                var volume = await client.Volumes.GetAsync(from.Volume, cancellation);
                await using var content = await volume.OpenReadAsync(from.Path, cancellation);
                await LocalFile.SaveAsync(content, there, Path.GetFileName(from.Path), cancellation);
            }
            else if (InVolume(there) is { } to && InVolume(here) is null)
            {
                var volume = await client.Volumes.GetAsync(to.Volume, cancellation);
                var path = to.Path.EndsWith('/') ? to.Path + Path.GetFileName(here) : to.Path;
                using var progress = new Progress("sent");
                await using Stream content = here == "-" ? Descriptors.Input() : new FileStream(here, FileMode.Open, FileAccess.Read, FileShare.Read, 0, useAsync: true);
                await using var counted = new CountingStream(content, progress.Report);
                UnixFileMode? mode = here == "-" ? null : File.GetUnixFileMode(here) & (UnixFileMode)0x1FF;
                await volume.WriteAsync(path, counted, mode, cancellation: cancellation);
            }
            else
            {
                throw new CaissonException(ErrorCode.InvalidArgument, "One of the two must be NAME:PATH and the other a file here.", "For instance: caisson volume cp data.csv shared:/data.csv");
            }

            return 0;
        }));
        return command;
    }

    /// <summary>Reads <c>NAME:PATH</c>; null when the text names a file here, as a path with a slash before the colon does.</summary>
    internal static (string Volume, string Path)? InVolume(string text) =>
        text.IndexOf(':', StringComparison.Ordinal) is > 0 and var at && text[..at].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && at + 1 < text.Length
            ? (text[..at], text[(at + 1)..])
            : null;
}

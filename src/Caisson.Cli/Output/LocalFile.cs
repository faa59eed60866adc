using Caisson.Cli.Terminals;

namespace Caisson.Cli.Output;

/// <summary>What is received, as a file here.</summary>
internal static class LocalFile
{
    /// <summary>Saves a stream as a file, in a directory under a name, or writes it to standard output where the destination is <c>-</c>.</summary>
    public static async Task SaveAsync(Stream content, string destination, string name, CancellationToken cancellation)
    {
        using var progress = new Progress("received");
        await using var counted = new CountingStream(content, progress.Report);
        if (destination == "-")
        {
            await using var output = Descriptors.Output();
            await counted.CopyToAsync(output, cancellation);
            return;
        }

        var path = Directory.Exists(destination) ? Path.Combine(destination, name) : destination;

        // Half a file under the right name would pass for the whole one.
        var partial = path + ".part";
        await using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 0, useAsync: true))
            await counted.CopyToAsync(file, cancellation);
        File.Move(partial, path, overwrite: true);
    }
}

using System.Formats.Tar;
using System.IO.Compression;

namespace Caisson.Cli.Templates;

/// <summary>Archives that <c>caisson template export</c> wrote.</summary>
internal static class TemplateArchive
{
    private const string FirstEntry = "caisson-template.json";

    /// <summary>Whether a file is one, perhaps compressed: its first entry is the manifest.</summary>
    public static bool Is(string path)
    {
        if (!File.Exists(path))
            return false;
        using var file = File.OpenRead(path);
        var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream archive = isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            using var entries = new TarReader(archive);
            return entries.GetNextEntry()?.Name == FirstEntry;
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException)
        {
            return false;
        }
    }

    /// <summary>Sends it to the server, which reads it back.</summary>
    public static async Task<int> ImportAsync(string path, string? name, CancellationToken cancellation)
    {
        using var client = Connection.Open();
        await using var archive = File.OpenRead(path);
        var build = await client.Templates.ImportAsync(archive, name, cancellation);
        Console.WriteLine($"{build.Name}:{string.Join(',', build.Tags)}");
        return 0;
    }
}

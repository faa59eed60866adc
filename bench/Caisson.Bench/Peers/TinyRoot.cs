using System.Formats.Tar;

namespace Caisson.Bench.Peers;

/// <summary>A root file system of a few of the host's programs and the libraries they load.</summary>
internal static class TinyRoot
{
    private static readonly string[] _programs = ["/usr/bin/true", "/usr/bin/sleep"];

    /// <summary>Writes it as a tar archive.</summary>
    public static async Task WriteAsync(string archive, CancellationToken cancellation)
    {
        await using var writer = new TarWriter(File.Create(archive), TarEntryFormat.Pax);
        foreach (var path in await FilesAsync(cancellation))
        {
            await using var content = File.OpenRead(path);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path[1..]) { DataStream = content, Mode = (UnixFileMode)0x1ED }, cancellation);
        }
    }

    private static async Task<SortedSet<string>> FilesAsync(CancellationToken cancellation)
    {
        var files = new SortedSet<string>(_programs, StringComparer.Ordinal);
        foreach (var program in _programs)
        {
            var libraries = await ChildProgram.ReadAsync([ChildProgram.Find("ldd") ?? "/usr/bin/ldd", program], "/", cancellation);
            files.UnionWith(libraries.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => word[0] == '/'));
        }

        return files;
    }
}

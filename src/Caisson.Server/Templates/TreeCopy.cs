namespace Caisson.Server.Templates;

/// <summary>Copies files, directories and links of the host, with their modes.</summary>
internal static class TreeCopy
{
    private const int MaxDepth = 16;

    public static void Copy(string source, string target, int depth = 0)
    {
        if (depth > MaxDepth)
            throw new IOException($"{source} is nested too deep to be copied");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (new FileInfo(source).LinkTarget is { } link)
        {
            if (!Path.Exists(target))
                File.CreateSymbolicLink(target, link);
            return;
        }

        if (!Directory.Exists(source))
        {
            File.Copy(source, target, overwrite: true);
            File.SetUnixFileMode(target, File.GetUnixFileMode(source));
            return;
        }

        Directory.CreateDirectory(target);
        foreach (var entry in Directory.EnumerateFileSystemEntries(source))
            Copy(entry, Path.Combine(target, Path.GetFileName(entry)), depth + 1);
        File.SetUnixFileMode(target, File.GetUnixFileMode(source));
    }
}

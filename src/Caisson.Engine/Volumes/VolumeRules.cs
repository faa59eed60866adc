using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Core.Volumes;

namespace Caisson.Engine.Volumes;

/// <summary>What volumes may be called, may hold, and where they may be mounted.</summary>
internal static class VolumeRules
{
    /// <summary>What a volume holds for which nothing else was asked.</summary>
    public static readonly VolumeQuota Default = new(1L << 30, 65_536);

    private const int LongestName = 128;
    private const int MostMounts = 16;
    private const long LeastBytes = 16L << 20;
    private const long MostBytes = 256L << 30;
    private const int LeastFiles = 16;
    private const int MostFiles = 1 << 22;
    // What an inode takes on disk; a quota of files may not ask for more than half of the volume.
    private const int InodeBytes = 256;

    // What the wall itself puts into a sandbox must stay where it is looked for.
    private static readonly string[] _taken = ["/dev", "/proc", "/sys", "/.caisson", "/usr/bin/sudo"];

    public static void RequireNameable(string name)
    {
        if (name.Length is 0 or > LongestName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw Bad($"a volume's name is 1 to {LongestName} of a-z, A-Z, 0-9, '-' and '_'");
    }

    public static void RequirePossible(VolumeQuota quota)
    {
        if (quota.Bytes is < LeastBytes or > MostBytes)
            throw Bad($"a volume has {LeastBytes} to {MostBytes} bytes");
        if (quota.Files is < LeastFiles or > MostFiles || (long)quota.Files * InodeBytes > quota.Bytes / 2)
            throw Bad($"a volume has {LeastFiles} to {MostFiles} files, and at most one for every {2 * InodeBytes} bytes");
    }

    public static void RequireMountable(IReadOnlyList<VolumeMount> mounts)
    {
        if (mounts.Count > MostMounts)
            throw Bad($"a sandbox has at most {MostMounts} volumes");
        foreach (var path in mounts.Select(mount => mount.Path))
        {
            if (path.Length is < 2 or > 4096 || path[0] != '/' || path.Contains('\0', StringComparison.Ordinal) || path[1..].Split('/').Any(part => part is "" or "." or ".."))
                throw Bad($"'{path}' is no place for a volume: name an absolute path without '.', '..' or a slash at its end");
            if (_taken.Any(taken => Lies(path, taken) || Lies(taken, path)))
                throw Bad($"a volume cannot be mounted at '{path}'");
        }

        for (var i = 0; i < mounts.Count; i++)
        {
            if (mounts.Skip(i + 1).FirstOrDefault(other => Lies(other.Path, mounts[i].Path) || Lies(mounts[i].Path, other.Path)) is { } clash)
                throw Bad($"volumes cannot be mounted at '{mounts[i].Path}' and '{clash.Path}' at once");
        }
    }

    private static bool Lies(string path, string above) => path == above || path.StartsWith(above + "/", StringComparison.Ordinal);

    private static CaissonException Bad(string message) => new(ErrorCode.InvalidArgument, message);
}

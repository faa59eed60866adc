using System.Collections.Concurrent;
using Caisson.Guest.Files;
using Caisson.Linux.Interop;

namespace Caisson.Guest.Users;

/// <summary>Users that were looked up, for as long as the files they came from are as they were.</summary>
internal sealed class KnownUsers
{
    // The kernel's clock for files is coarse: what changed just now may change again without a trace.
    private const long SettledNanoseconds = 1_000_000_000;
    private readonly string[] _paths;
    private readonly FileStatus?[] _before;

    private KnownUsers(string[] paths, FileStatus?[] before) => (_paths, _before) = (paths, before);

    public ConcurrentDictionary<string, UserAccount> Accounts { get; } = new(StringComparer.Ordinal);

    /// <summary>Knows nobody yet; to be made before the files are read.</summary>
    public static KnownUsers Begin(params string[] paths) => new(paths, [.. paths.Select(Status)]);

    /// <summary>Whether the files are those of before.</summary>
    public bool IsCurrent()
    {
        for (var i = 0; i < _paths.Length; i++)
        {
            if (_before[i] is not { } before || Status(_paths[i]) != before)
                return false;
        }

        return true;
    }

    // Null where it cannot be told whether it will have changed.
    private static FileStatus? Status(string path)
    {
        try
        {
            return FileStatus.Read(path, follow: true) is { } status && Now() - status.ChangedNanoseconds > SettledNanoseconds ? status : null;
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    private static long Now() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}

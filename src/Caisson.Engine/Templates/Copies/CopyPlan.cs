using System.Security.Cryptography;
using System.Text;
using Caisson.Core.Failures;

namespace Caisson.Engine.Templates.Copies;

/// <summary>What a COPY takes from an archive: read once for its hash before it is known whether anything must be copied at all.</summary>
/// <param name="Hash">A hash of paths, kinds, modes and contents; the same content gives the same hash whatever its archive looks like.</param>
/// <param name="Matches">How many files or directories the pattern itself meant.</param>
/// <param name="IsDirectory">Whether the one that it meant is a directory.</param>
internal sealed record CopyPlan(string Hash, int Matches, bool IsDirectory)
{
    /// <summary>Reads an archive through.</summary>
    public static async Task<CopyPlan> ReadAsync(string archive, CopyPattern pattern, ArchiveLimits limits, CancellationToken cancellation)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var matches = new HashSet<string>(StringComparer.Ordinal);
        var directories = new HashSet<string>(StringComparer.Ordinal);
        var buffer = new byte[64 << 10];
        await using var reader = await HostileArchive.OpenAsync(File.OpenRead(archive), limits, cancellation);
        while (await reader.NextAsync(cancellation) is { } item)
        {
            if (pattern.Of(item.Path) is not { } meant)
                continue;
            matches.Add(meant.Match);
            if (meant.Below.Length > 0 || item.Kind == TarEntryKind.Directory)
                directories.Add(meant.Match);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (int count; (count = await reader.ReadAsync(buffer, cancellation)) > 0;)
                hash.AppendData(buffer, 0, count);
            found[item.Path] = $"{item.Kind} {item.Mode} {item.Link} {Convert.ToHexStringLower(hash.GetHashAndReset())}";
        }

        if (matches.Count == 0)
            throw new CaissonException(ErrorCode.InvalidArgument, "nothing in the context matches", "Name files that are there.");
        var text = string.Join('\n', found.Select(pair => $"{pair.Key}\0{pair.Value}"));
        return new CopyPlan(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), matches.Count, matches.Count == 1 && directories.Count == 1);
    }
}

namespace Caisson.Core.Volumes;

/// <summary>One file, directory or link of a volume, as it lies there: links are not followed.</summary>
/// <param name="Path">Absolute, from the volume's root.</param>
/// <param name="Type">What it is.</param>
/// <param name="Size">Bytes of a file.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="User">Owner, as sandboxes see it.</param>
/// <param name="Group">Group, as sandboxes see it.</param>
/// <param name="AccessedAt">When it was read last.</param>
/// <param name="ModifiedAt">When its content changed last.</param>
/// <param name="ChangedAt">When anything of it changed last.</param>
/// <param name="Target">Where a link leads, else null.</param>
public sealed record VolumeEntry(
    string Path, VolumeEntryType Type, long Size, int Mode, uint User, uint Group,
    DateTimeOffset AccessedAt, DateTimeOffset ModifiedAt, DateTimeOffset ChangedAt, string? Target)
{
    /// <summary>The last part of its path; the root's is a slash.</summary>
    public string Name => Path == "/" ? Path : Path[(Path.LastIndexOf('/') + 1)..];
}

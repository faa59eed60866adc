namespace Caisson.Core.Guests;

/// <summary>One file inside.</summary>
/// <param name="Name">Its last path segment.</param>
/// <param name="Path">Its absolute path, with the prefix that was asked for.</param>
/// <param name="Type">What it is; for a link, what its target is, and Unknown when the link is broken.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Mode">Permission bits, of the target for a link.</param>
/// <param name="FileMode">The raw st_mode of the path itself, links not followed.</param>
/// <param name="Owner">The owner's user name, or its number.</param>
/// <param name="Group">The group's name, or its number.</param>
/// <param name="ModifiedAt">When it was last written.</param>
/// <param name="LinkTarget">For a link, the fully resolved path, else null.</param>
/// <param name="Metadata">What was stored with it under <c>user.e2b.</c>; empty when nothing was.</param>
public sealed record FileEntry(
    string Name,
    string Path,
    FileEntryType Type,
    long Size,
    int Mode,
    int FileMode,
    string Owner,
    string Group,
    DateTimeOffset ModifiedAt,
    string? LinkTarget,
    IReadOnlyDictionary<string, string> Metadata);

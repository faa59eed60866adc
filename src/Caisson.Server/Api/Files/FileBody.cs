using Caisson.Core.Guests;

namespace Caisson.Server.Api.Files;

/// <summary>One file inside.</summary>
/// <param name="Name">Its last path segment.</param>
/// <param name="Path">Its absolute path.</param>
/// <param name="Type">What it is; for a link, what its target is.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Owner">The owner's user name or number.</param>
/// <param name="Group">The group's name or number.</param>
/// <param name="ModifiedAt">When it was last written.</param>
/// <param name="LinkTarget">For a link, where it leads, else null.</param>
internal sealed record FileBody(
    string Name, string Path, FileEntryType Type, long Size, int Mode, string Owner, string Group, DateTimeOffset ModifiedAt, string? LinkTarget)
{
    /// <summary>The file as callers see it.</summary>
    public static FileBody Of(FileEntry entry) =>
        new(entry.Name, entry.Path, entry.Type, entry.Size, entry.Mode, entry.Owner, entry.Group, entry.ModifiedAt, entry.LinkTarget);
}

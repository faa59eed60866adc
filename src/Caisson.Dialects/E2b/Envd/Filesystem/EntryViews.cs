using Caisson.Core.Guests;
using Caisson.Dialects.E2b.Envd.Filesystem.Wire;

namespace Caisson.Dialects.E2b.Envd.Filesystem;

/// <summary>Files and changes as clients read them.</summary>
internal static class EntryViews
{
    public static EntryInfo Of(FileEntry entry) => new()
    {
        Name = entry.Name,
        Path = entry.Path,
        Type = entry.Type switch
        {
            FileEntryType.File => EntryType.File,
            FileEntryType.Directory => EntryType.Directory,
            _ => EntryType.Unspecified,
        },
        Size = entry.Size,
        Mode = entry.Mode,
        Permissions = Permissions.Text(entry.FileMode),
        Owner = entry.Owner,
        Group = entry.Group,
        ModifiedTime = entry.ModifiedAt.UtcDateTime,
        SymlinkTarget = entry.LinkTarget,
        Metadata = entry.Metadata.Count == 0 ? null : entry.Metadata,
    };

    public static FilesystemEvent Of(FileChange change) => new()
    {
        Name = change.Name,
        Type = change.Kind switch
        {
            FileChangeKind.Create => ChangeType.Create,
            FileChangeKind.Write => ChangeType.Write,
            FileChangeKind.Remove => ChangeType.Remove,
            FileChangeKind.Rename => ChangeType.Rename,
            FileChangeKind.Chmod => ChangeType.Chmod,
            _ => ChangeType.Unspecified,
        },
        Entry = change is { Entry: { } entry, Kind: FileChangeKind.Create or FileChangeKind.Write or FileChangeKind.Chmod } ? Of(entry) : null,
    };
}

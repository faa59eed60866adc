using Caisson.Core.Volumes;

namespace Caisson.Client;

/// <summary>One file, directory or link of a volume.</summary>
/// <param name="Name">Its last path segment.</param>
/// <param name="Path">Its path from the volume's root.</param>
/// <param name="Type">What it is.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="User">The owner's number inside sandboxes.</param>
/// <param name="Group">The group's number inside sandboxes.</param>
/// <param name="ModifiedAt">When it was last written.</param>
/// <param name="LinkTarget">For a link, where it leads, else null.</param>
public sealed record VolumeFile(
    string Name, string Path, VolumeEntryType Type, long Size, int Mode, uint User, uint Group, DateTimeOffset ModifiedAt, string? LinkTarget);

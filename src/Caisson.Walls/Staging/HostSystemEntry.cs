namespace Caisson.Walls.Staging;

/// <summary>One file, directory or link of the host's system that sandboxes see.</summary>
/// <param name="Path">Its absolute path, on the host and inside.</param>
/// <param name="Link">What it leads to when it is shown as a link, else null.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
/// <param name="CopiedBytes">Its length when a copy is shown, else null: then it is mounted.</param>
internal sealed record HostSystemEntry(string Path, string? Link, bool IsDirectory, int? CopiedBytes);

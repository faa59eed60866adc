namespace Caisson.Core.Guests;

/// <summary>One change below a watched directory.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Name">The path relative to the watched directory.</param>
/// <param name="Entry">The file after the change, where asked for and still there.</param>
public sealed record FileChange(FileChangeKind Kind, string Name, FileEntry? Entry);

namespace Caisson.Client;

/// <summary>The files of a sandbox at one moment, kept as a template.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="Tag">Which of that name.</param>
/// <param name="Source">The sandbox it was made of.</param>
/// <param name="Wall">The wall that alone can read it.</param>
/// <param name="Bytes">What it takes on the server's disk.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record SnapshotDescription(string Id, string? Name, string Tag, string Source, string Wall, long Bytes, DateTimeOffset CreatedAt);

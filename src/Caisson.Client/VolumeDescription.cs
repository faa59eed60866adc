namespace Caisson.Client;

/// <summary>A volume, as the server tells it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">The most it holds, what its file system needs included.</param>
/// <param name="Files">How many files, directories and links it holds.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record VolumeDescription(string Id, string Name, long Bytes, int Files, DateTimeOffset CreatedAt);

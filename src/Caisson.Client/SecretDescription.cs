namespace Caisson.Client;

/// <summary>All that a server tells of a secret.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">How often its value was set.</param>
/// <param name="Metadata">Its labels.</param>
/// <param name="CreatedAt">When it was first set.</param>
/// <param name="UpdatedAt">When it was last set.</param>
public sealed record SecretDescription(
    string Id, string Name, int Version, IReadOnlyDictionary<string, string> Metadata, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

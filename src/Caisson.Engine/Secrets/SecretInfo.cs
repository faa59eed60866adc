namespace Caisson.Engine.Secrets;

/// <summary>What may be told of a secret: all but its value.</summary>
/// <param name="Id">Its id, <c>sec_</c> and twenty characters.</param>
/// <param name="Tenant">Who owns it.</param>
/// <param name="Name">Its name, in lower case, of which the tenant has one.</param>
/// <param name="Version">How often a value was set.</param>
/// <param name="Metadata">Labels of the caller's choosing.</param>
/// <param name="CreatedAt">When it was first set, UTC.</param>
/// <param name="UpdatedAt">When its value was last set, UTC.</param>
public sealed record SecretInfo(
    string Id, string Tenant, string Name, int Version, IReadOnlyDictionary<string, string> Metadata, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

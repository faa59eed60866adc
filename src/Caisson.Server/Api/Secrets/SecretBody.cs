using Caisson.Engine.Secrets;

namespace Caisson.Server.Api.Secrets;

/// <summary>All that is told of a secret.</summary>
internal sealed record SecretBody(string Id, string Name, int Version, IReadOnlyDictionary<string, string> Metadata, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The body that describes a secret.</summary>
    public static SecretBody Of(SecretInfo secret) => new(secret.Id, secret.Name, secret.Version, secret.Metadata, secret.CreatedAt, secret.UpdatedAt);
}

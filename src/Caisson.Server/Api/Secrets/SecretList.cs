namespace Caisson.Server.Api.Secrets;

/// <summary>The caller's secrets, oldest first.</summary>
internal sealed record SecretList(IReadOnlyList<SecretBody> Items);

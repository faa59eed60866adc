namespace Caisson.Server.Auth;

/// <summary>Endpoint metadata: the route answers without a key.</summary>
internal sealed record OpenToAll;

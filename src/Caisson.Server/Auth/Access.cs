namespace Caisson.Server.Auth;

/// <summary>Endpoint metadata: what a route does to what, so that it is judged before a byte of the body is read.</summary>
internal sealed record Access(Resource Resource, Verb Verb);

namespace Caisson.Dialects.E2b.Tests.Fakes;

internal sealed class FakeKeys : IApiKeyAuthenticator
{
    public const string Good = "e2b_0123456789abcdef";
    public const string ReadOnly = "e2b_00";

    public ValueTask<Caller?> AuthenticateAsync(string key, CancellationToken cancellation) => new(key switch
    {
        Good => new Caller("acme", ["exec", "read", "files"]),
        ReadOnly => new Caller("acme", ["read"]),
        _ => null,
    });
}

namespace Caisson.Core.Policy;

/// <summary>Headers that the gateway sets on HTTP requests to the hosts that a pattern matches.</summary>
/// <param name="Host">A host name or <c>*.suffix</c>.</param>
/// <param name="Headers">Header names and values; a value here never reaches the sandbox.</param>
public sealed record HeaderTransform(string Host, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Headers whose values hold secrets, each written <c>${secret:NAME}</c>; the engine puts the values in when it applies the policy. Null for none.</summary>
    public IReadOnlyDictionary<string, string>? SecretHeaders { get; init; }
}

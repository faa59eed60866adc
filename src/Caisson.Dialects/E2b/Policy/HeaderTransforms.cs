using System.Buffers;
using Caisson.Core.Policy;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Http;

namespace Caisson.Dialects.E2b.Policy;

/// <summary>Reads the headers that the gateway is to set on outgoing requests.</summary>
internal static class HeaderTransforms
{
    private const int MostHosts = 10;
    private const int MostHeaders = 20;
    private const int LongestName = 64;
    private const int LongestValue = 2048;

    private static readonly SearchValues<char> _token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    public static IReadOnlyList<HeaderTransform> From(Dictionary<string, List<NetworkRule>?>? rules)
    {
        if (rules is null)
            return [];
        if (rules.Count > MostHosts)
            throw new E2bHttpException(400, $"network rules name {rules.Count} domains; at most {MostHosts} are allowed");
        return [.. rules.Select(rule => From(rule.Key, rule.Value ?? [])).OfType<HeaderTransform>()];
    }

    private static HeaderTransform? From(string host, List<NetworkRule> rules)
    {
        if (!EgressRule.TryParse(host, out var rule, out _) || rule is not { Kind: EgressRuleKind.Host or EgressRuleKind.Suffix, Port: null })
            throw new E2bHttpException(400, $"invalid domain '{host}' in network rules");
        if (rules.Count > 1)
            throw new E2bHttpException(400, $"domain '{host}' has {rules.Count} rules; at most one transform is allowed");
        if (rules is not [{ Transform.Headers: { Count: > 0 } headers }])
            return null;
        if (headers.Count > MostHeaders)
            throw new E2bHttpException(400, $"domain '{host}' sets {headers.Count} headers; at most {MostHeaders} are allowed");
        foreach (var (name, value) in headers)
            Check(host, name, value);
        var secrets = headers.Where(header => SecretPlaceholders.IsIn(header.Value))
            .ToDictionary(header => header.Key, header => SecretPlaceholders.ToEngine(header.Value, header.Key), StringComparer.Ordinal);
        var plain = headers.Where(header => !secrets.ContainsKey(header.Key)).ToDictionary(header => header.Key, header => header.Value, StringComparer.Ordinal);
        return new HeaderTransform(host, plain) { SecretHeaders = secrets.Count == 0 ? null : secrets };
    }

    private static void Check(string host, string name, string? value)
    {
        if (name.Length is 0 or > LongestName || name.AsSpan().ContainsAnyExcept(_token))
            throw new E2bHttpException(400, $"domain '{host}': a header name is 1 to {LongestName} token characters");
        if (value is null || value.Length > LongestValue || value.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0)
            throw new E2bHttpException(400, $"domain '{host}': the value of header '{name}' is at most {LongestValue} characters on one line");
    }
}

using System.Text.RegularExpressions;
using Caisson.Dialects.E2b.ControlPlane;

namespace Caisson.Dialects.E2b.Policy;

/// <summary>Placeholders of secrets as the protocol writes them in header values, and as the engine does.</summary>
internal static partial class SecretPlaceholders
{
    /// <summary>Whether a value has any placeholder of the protocol's.</summary>
    public static bool IsIn(string value) => value.Contains("${e2b.", StringComparison.Ordinal);

    /// <summary>The engine's form; placeholders of other things than secrets are not supported.</summary>
    public static string ToEngine(string value, string header)
    {
        var result = Protocol().Replace(value, match => $"${{secret:{match.Groups["name"].Value.ToLowerInvariant()}}}");
        return IsIn(result) ? throw Unsupported.Feature($"a placeholder in the value of header '{header}' that names no secret (workload identity)") : result;
    }

    /// <summary>The protocol's form, to be shown to the caller: names are no secrets, but text around them may be.</summary>
    public static string ToProtocol(string value) => string.Concat(Engine().Matches(value).Select(match => $"${{e2b.secrets.{match.Groups["name"].Value}}}"));

    [GeneratedRegex(@"\$\{e2b\.secrets\.(?<name>[A-Za-z0-9._-]{1,128})\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Protocol();

    [GeneratedRegex(@"\$\{secret:(?<name>[A-Za-z0-9._-]{1,128})\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Engine();
}

using System.Globalization;
using Caisson.Core.Policy;

namespace Caisson.Engine.Sandboxes;

/// <summary>An egress policy in one line, without anything secret.</summary>
internal static class PolicySummary
{
    private const int Shown = 20;

    public static string Of(EgressPolicy policy) => string.Create(
        CultureInfo.InvariantCulture,
        $"allow [{Rules(policy.Allow)}], deny [{Rules(policy.Deny)}], unlisted {(policy.Unlisted == EgressVerdict.Allow ? "allow" : "deny")}, {policy.Transforms.Count} header transforms, {(policy.Proxy is null ? "no proxy" : "through a proxy")}");

    private static string Rules(IReadOnlyList<EgressRule> rules) =>
        string.Join(", ", rules.Take(Shown)) + (rules.Count > Shown ? $", and {rules.Count - Shown} more" : "");
}

using System.Net;
using System.Net.Sockets;
using Caisson.Core.Policy;

namespace Caisson.Settings.Reading;

/// <summary>Destinations as settings files spell them, stricter than the gateway's own rules.</summary>
internal static class DomainPattern
{
    /// <summary>Reads <c>host</c>, <c>*.host.tld</c>, <c>localhost</c> or an address, each with an optional port; a deny entry may be <c>*</c> too.</summary>
    public static EgressRule Parse(SettingsNode node, bool deny) => Parse(node, node.Text(), deny);

    public static EgressRule Parse(SettingsNode node, string text, bool deny)
    {
        if (text.Contains("://", StringComparison.Ordinal))
            throw node.Invalid($"'{text}' is a URL", "Write the host name alone.");
        if (text.AsSpan().IndexOfAny("/?#@ ") >= 0)
            throw node.Invalid($"'{text}' has a path, a user or a space in it", "Write the host name alone.");
        if (IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 && !text.StartsWith('['))
            throw node.Invalid($"'{text}' is an IPv6 address without brackets", $"Write [{text}].");
        if (!EgressRule.TryParse(text, out var rule, out var error))
            throw node.Invalid(error);

        switch (rule.Kind)
        {
            case EgressRuleKind.Everything when !deny:
                throw node.Invalid($"'{text}' would allow every destination", "Name the hosts.");
            case EgressRuleKind.Host when rule.Name != "localhost" && !rule.Name!.Contains('.', StringComparison.Ordinal):
                throw node.Invalid($"'{text}' is a name without a dot", "Write the full name.");

            // Resolvers read 127.1 and 0x7f.0.0.1 as addresses.
            case EgressRuleKind.Host or EgressRuleKind.Suffix when LooksNumeric(rule.Name!):
                throw node.Invalid($"'{text}' is neither a name nor a full address", "Write an address as four numbers.");
        }

        return rule;
    }

    /// <summary>Whether one rule lets through everything that another names, ports aside.</summary>
    public static bool Covers(EgressRule rule, EgressRule other) => rule.Kind switch
    {
        EgressRuleKind.Everything => true,
        EgressRuleKind.Host => other.Kind == EgressRuleKind.Host && other.Name == rule.Name,
        EgressRuleKind.Suffix => other.Name is { } name && (name.EndsWith('.' + rule.Name, StringComparison.Ordinal)
            || (other.Kind == EgressRuleKind.Suffix && name == rule.Name)),
        _ => false,
    };

    private static bool LooksNumeric(string name)
    {
        var last = name[(name.LastIndexOf('.') + 1)..];
        return last.All(char.IsAsciiDigit) || (last.StartsWith("0x", StringComparison.Ordinal) && last.Skip(2).All(char.IsAsciiHexDigit));
    }
}

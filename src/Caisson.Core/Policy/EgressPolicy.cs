namespace Caisson.Core.Policy;

/// <summary>Where connections from inside a sandbox may go; the same on every wall.</summary>
/// <remarks>Order of judgement: an allow rule wins over a deny rule, as E2B has it, unless <see cref="DenyFirst"/>; what no rule names follows <see cref="Unlisted"/>.</remarks>
public sealed record EgressPolicy
{
    /// <summary>Destinations that are let through.</summary>
    public IReadOnlyList<EgressRule> Allow { get; init; } = [];

    /// <summary>Destinations that are refused.</summary>
    public IReadOnlyList<EgressRule> Deny { get; init; } = [];

    /// <summary>What happens to a destination that no rule names.</summary>
    public EgressVerdict Unlisted { get; init; } = EgressVerdict.Deny;

    /// <summary>Whether a deny rule wins over an allow rule (settings files and the command line) or the other way round (E2B).</summary>
    public bool DenyFirst { get; init; } = true;

    /// <summary>Headers set on plain or intercepted HTTP requests to a host, by host pattern.</summary>
    public IReadOnlyList<HeaderTransform> Transforms { get; init; } = [];

    /// <summary>A SOCKS5 proxy through which everything leaves, or null.</summary>
    public UpstreamProxy? Proxy { get; init; }

    /// <summary>A policy that lets nothing out.</summary>
    public static EgressPolicy None { get; } = new();

    /// <summary>A policy that lets everything public out.</summary>
    public static EgressPolicy Internet { get; } = new() { Unlisted = EgressVerdict.Allow };
}

using Caisson.Core.Policy;

namespace Caisson.Settings;

/// <summary>What a settings file grants, as plain data with absolute host paths.</summary>
public sealed record RunProfile
{
    /// <summary>Paths that may be written.</summary>
    public IReadOnlyList<string> Writable { get; init; } = [];

    /// <summary>Paths that stay read-only even inside a writable one, present or not.</summary>
    public IReadOnlyList<string> ReadOnly { get; init; } = [];

    /// <summary>What is hidden and what is shown again inside it, parents first: applied in order, the more specific rule wins. Unlisted paths are readable.</summary>
    public IReadOnlyList<ReadRule> ReadRules { get; init; } = [];

    /// <summary>The paths hidden by <see cref="ReadRules"/>.</summary>
    public IEnumerable<string> Hidden => ReadRules.Where(rule => rule.Hidden).Select(rule => rule.Path);

    /// <summary>Where connections may go.</summary>
    public EgressPolicy Egress { get; init; } = EgressPolicy.None;

    /// <summary>Why a destination is denied, by the text of its deny rule.</summary>
    public IReadOnlyDictionary<string, string> DenyReasons { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether the file forbids asking the user about unlisted destinations.</summary>
    public bool StrictAllowlist { get; init; }

    /// <summary>Variables that are set inside: placeholders of masked secrets and what the settings ask for.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Variables that must not be passed inside.</summary>
    public IReadOnlyList<string> UnsetEnvironment { get; init; } = [];

    /// <summary>Whether programs may make Unix sockets.</summary>
    public bool UnixSockets { get; init; }

    /// <summary>Whether programs may make user namespaces of their own.</summary>
    public bool NestedUserNamespaces { get; init; }

    /// <summary>Whether <c>.git/config</c> may be written.</summary>
    public bool AllowGitConfig { get; init; }

    /// <summary>How deep writable paths are searched for nested repositories to protect.</summary>
    public int ProtectionDepth { get; init; } = 3;

    /// <summary>Settings that were read and have no effect here, one sentence each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];
}

using System.Net;
using Caisson.Core.Sandboxes;

namespace Caisson.Server.Auth;

/// <summary>The Host names this server answers to; others are how a web page rebinds a name of its own onto a local server.</summary>
internal sealed class HostAllowlist
{
    private readonly string _domain;
    private readonly bool _loopbackOnly;

    /// <summary>Allows loopback names, the domain, and sandbox ports below either; address literals too when listening beyond loopback.</summary>
    public HostAllowlist(string domain, IPAddress listen)
    {
        _domain = domain.ToLowerInvariant();
        _loopbackOnly = IPAddress.IsLoopback(listen);
    }

    /// <summary>Whether a Host header's name (without its port) is one of ours.</summary>
    public bool Allows(string? host)
    {
        if (string.IsNullOrEmpty(host))
            return false;
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return !_loopbackOnly || IPAddress.IsLoopback(address);
        var name = host.TrimEnd('.').ToLowerInvariant();
        return IsOurs(name) || (name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && IsOurs(name[(dot + 1)..]) && IsPortLabel(name.AsSpan(0, dot)));
    }

    private static bool IsPortLabel(ReadOnlySpan<char> label)
    {
        var dash = label.IndexOf('-');
        return dash > 0
            && ushort.TryParse(label[..dash], System.Globalization.NumberStyles.None, null, out var port) && port > 0
            && SandboxId.TryParse(label[(dash + 1)..].ToString(), out _);
    }

    private bool IsOurs(string name) => name == "localhost" || name == _domain;
}

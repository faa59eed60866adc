namespace Caisson.Core.Policy;

/// <summary>Who may reach listening ports of a sandbox, and how the request looks inside.</summary>
public sealed record IngressPolicy
{
    /// <summary>Whether ports answer without the sandbox's traffic token.</summary>
    public bool Public { get; init; } = true;

    /// <summary>The Host header shown to the service, with <c>${PORT}</c> replaced, or null to pass the caller's.</summary>
    public string? MaskHost { get; init; }

    /// <summary>Ports whose services speak TLS; the certificate is not verified.</summary>
    public IReadOnlyList<int> HttpsPorts { get; init; } = [];
}

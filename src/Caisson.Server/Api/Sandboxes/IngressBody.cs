namespace Caisson.Server.Api.Sandboxes;

/// <summary>Who may reach listening ports inside, and how the request looks there.</summary>
internal sealed record IngressBody
{
    /// <summary>Whether ports answer without the sandbox's traffic token.</summary>
    public bool Public { get; init; } = true;

    /// <summary>The Host header shown to the service, with <c>${PORT}</c> replaced, or null to pass the caller's.</summary>
    public string? MaskHost { get; init; }

    /// <summary>Ports whose services speak TLS.</summary>
    public List<int> HttpsPorts { get; init; } = [];
}

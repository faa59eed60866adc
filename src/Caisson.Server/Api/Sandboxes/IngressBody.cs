namespace Caisson.Server.Api.Sandboxes;

/// <summary>Who may reach listening ports inside, and how the request looks there.</summary>
// Settable: the JSON source generator gives init-only properties that are left out null in place of their defaults.
internal sealed record IngressBody
{
    /// <summary>Whether ports answer without the sandbox's traffic token.</summary>
    public bool Public { get; set; } = true;

    /// <summary>The Host header shown to the service, with <c>${PORT}</c> replaced, or null to pass the caller's.</summary>
    public string? MaskHost { get; set; }

    /// <summary>Ports whose services speak TLS.</summary>
    public List<int> HttpsPorts { get; set; } = [];
}

namespace Caisson.Dialects.E2b.Routing;

/// <summary>The error body of the way to a sandbox.</summary>
internal sealed record ProxyError(string SandboxId, string Message, int Code)
{
    public int? Port { get; init; }

    public string? Path { get; init; }
}

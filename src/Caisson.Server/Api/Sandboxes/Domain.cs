namespace Caisson.Server.Api.Sandboxes;

/// <summary>The name, with its port, below which sandboxes' ports are reached; known once the server listens.</summary>
internal sealed class Domain
{
    /// <summary>For instance <c>localhost:3000</c>.</summary>
    public string Value { get; set; } = "localhost";
}

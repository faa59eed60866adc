namespace Caisson.Core.Backends;

/// <summary>A layer just made.</summary>
/// <param name="Digest">A hash of its content.</param>
/// <param name="Bytes">What it takes on the host's disk.</param>
/// <param name="Stopped">How long the sandbox stood still.</param>
public sealed record CapturedLayer(string Digest, long Bytes, TimeSpan Stopped)
{
    /// <summary>The processes that were copied along, or null.</summary>
    public CapturedMemory? Memory { get; init; }
}

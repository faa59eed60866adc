namespace Caisson.Core.Backends;

/// <summary>A connection to the program that divides a sandbox.</summary>
public interface INestingDoor : IAsyncDisposable
{
    /// <summary>What both sides say.</summary>
    Stream Stream { get; }

    /// <summary>Sends bytes with the descriptors of a cell attached: its network, then its groups. Not while something is written to the stream.</summary>
    void Hand(ReadOnlySpan<byte> message, INestedCell cell);
}

using Caisson.Protocol.Framing;

namespace Caisson.Guest.Machine;

/// <summary>What a stream of the line leads to inside.</summary>
internal interface ILineEnd
{
    /// <summary>Takes in a frame of the host.</summary>
    void Receive(FrameKind kind, byte[] payload);

    /// <summary>Goes on sending, now that the line has room again.</summary>
    void Relieve();

    /// <summary>Gives everything up, without a word to the host.</summary>
    void Drop();
}

namespace Caisson.Protocol.Framing;

/// <summary>What a frame carries.</summary>
public enum FrameKind : byte
{
    /// <summary>Opens a stream with a Call message (host to guest).</summary>
    Call = 1,

    /// <summary>A Reply message (guest to host).</summary>
    Reply = 2,

    /// <summary>Raw bytes, either way; counts against the window.</summary>
    Data = 3,

    /// <summary>Nothing more comes from this side; from the guest it ends the stream.</summary>
    End = 4,

    /// <summary>A Fault message that ends the stream (guest to host).</summary>
    Fault = 5,

    /// <summary>The host wants no more of this stream.</summary>
    Cancel = 6,

    /// <summary>Four bytes: how many more bytes the other side may send on this stream.</summary>
    Window = 7,
}

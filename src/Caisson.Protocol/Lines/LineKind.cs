namespace Caisson.Protocol.Lines;

/// <summary>What a stream of a line leads to.</summary>
public enum LineKind : byte
{
    /// <summary>The control door (host to guest).</summary>
    Control = 1,

    /// <summary>A port that listens inside (host to guest).</summary>
    Port = 2,

    /// <summary>A connection that a program inside made (guest to host).</summary>
    Outgoing = 3,

    /// <summary>A question for the name service; the answer comes as data (guest to host).</summary>
    Question = 4,
}

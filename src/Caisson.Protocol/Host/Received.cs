using Caisson.Protocol.Messages;

namespace Caisson.Protocol.Host;

/// <summary>One thing that came in on a stream: a reply, or raw data.</summary>
internal readonly record struct Received(Reply? Reply, ReadOnlyMemory<byte> Data, int Size);

using System.Net.Sockets;
using Caisson.Core.Backends;
using Caisson.Linux.Sockets;

namespace Caisson.Walls.Nesting;

/// <summary>A Unix socket to the program that divides a sandbox.</summary>
internal sealed class NestingDoor(Socket socket) : INestingDoor
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    public Stream Stream => _stream;

    public void Hand(ReadOnlySpan<byte> message, INestedCell cell) => DescriptorMessage.Send(socket, message, ((NestedCell)cell).Descriptors);

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}

namespace Caisson.Network.Tests.Tls;

/// <summary>Keeps what is written; there is nothing to read.</summary>
internal sealed class Sink(MemoryStream memory) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => 0;

    public override long Position { get; set; }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => 0;

    public override long Seek(long offset, SeekOrigin origin) => 0;

    public override void SetLength(long value)
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => memory.Write(buffer, offset, count);
}

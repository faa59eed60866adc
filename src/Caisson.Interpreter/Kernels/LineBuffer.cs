namespace Caisson.Interpreter.Kernels;

/// <summary>Cuts a stream of bytes into lines; one that is longer than the limit is left out.</summary>
internal sealed class LineBuffer(int limit)
{
    private byte[] _bytes = new byte[4096];
    private int _length;
    private bool _skipping;

    /// <summary>Takes bytes in and hands each whole line, without its end, to <paramref name="line"/>; the memory is valid during the call.</summary>
    public async ValueTask AddAsync(ReadOnlyMemory<byte> data, Func<ReadOnlyMemory<byte>, ValueTask> line)
    {
        while (data.Length > 0)
        {
            var end = data.Span.IndexOf((byte)'\n');
            Append(end < 0 ? data.Span : data.Span[..end]);
            if (end < 0)
                return;
            data = data[(end + 1)..];
            var (length, skipped) = (_length, _skipping);
            (_length, _skipping) = (0, false);
            if (length > 0 && !skipped)
                await line(_bytes.AsMemory(0, length));
        }
    }

    private void Append(ReadOnlySpan<byte> piece)
    {
        if (_skipping)
            return;
        if (_length + piece.Length > limit)
        {
            (_skipping, _length) = (true, 0);
            return;
        }

        if (_length + piece.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Min(limit, Math.Max(_bytes.Length * 2, _length + piece.Length)));
        piece.CopyTo(_bytes.AsSpan(_length));
        _length += piece.Length;
    }
}

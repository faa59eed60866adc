using Caisson.Core.Guests;

namespace Caisson.Wasm.Worker.Commands;

/// <summary>What a command writes: kept for late readers up to a bound, and held back while a reader lags.</summary>
internal sealed class OutputLog(long limit)
{
    private const int MostLag = 2 << 20;

    private readonly object _lock = new();
    private readonly Queue<OutputPiece> _pieces = new();
    private readonly List<OutputReader> _readers = [];
    private OutputPiece? _last;
    private long _start;
    private long _end;
    private bool _stopped;
    private bool _completed;

    /// <summary>Bytes that were dropped by the limit.</summary>
    public long Dropped { get; private set; }

    /// <summary>Bytes kept.</summary>
    public long Kept
    {
        get
        {
            lock (_lock)
                return _end - _start;
        }
    }

    /// <summary>Takes output, waiting while a reader lags; after <see cref="Stop"/> it waits no more and takes nothing.</summary>
    public void Append(OutputStream stream, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            var allowed = limit <= 0 ? bytes.Length : (int)Math.Min(bytes.Length, Math.Max(0, limit - _end));
            Dropped += bytes.Length - allowed;
            bytes = bytes[..allowed];
            while (bytes.Length > 0 && !_stopped)
            {
                if (_readers.Exists(reader => _end - reader.Position > MostLag))
                {
                    Monitor.Wait(_lock);
                    continue;
                }

                bytes = bytes[Take(stream, bytes)..];
            }
        }
    }

    /// <summary>Lets a writer that waits go on; what it still writes is lost.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopped = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Adds the last words, and tells readers that nothing more comes.</summary>
    public void Complete(string? words)
    {
        lock (_lock)
        {
            if (words is not null)
                Take(OutputStream.StandardError, System.Text.Encoding.UTF8.GetBytes(words).AsSpan(0, Math.Min(System.Text.Encoding.UTF8.GetByteCount(words), 4096)));
            _completed = true;
            _readers.ForEach(reader => reader.Wake());
        }
    }

    /// <summary>A reader from an offset, or from now on for null.</summary>
    public OutputReader Read(long? from)
    {
        lock (_lock)
        {
            var reader = new OutputReader(this, Math.Clamp(from ?? _end, _start, _end));
            _readers.Add(reader);
            return reader;
        }
    }

    /// <summary>What comes next for a reader, and whether nothing ever will.</summary>
    public ((OutputPiece Piece, long Offset, byte[] Bytes)? Next, bool Ended) Next(OutputReader reader)
    {
        lock (_lock)
        {
            var offset = Math.Max(reader.Position, _start);
            foreach (var piece in _pieces)
            {
                if (piece.End <= offset)
                    continue;
                reader.Position = piece.End;
                Monitor.PulseAll(_lock);
                return ((piece, offset, piece.After(offset)), false);
            }

            return (null, _completed);
        }
    }

    /// <summary>Lets go of a reader.</summary>
    public void Forget(OutputReader reader)
    {
        lock (_lock)
        {
            _readers.Remove(reader);
            Monitor.PulseAll(_lock);
        }
    }

    private int Take(OutputStream stream, ReadOnlySpan<byte> bytes)
    {
        if (_last is null || _last.Stream != stream || _last.Length == GuestLimits.OutputChunk)
        {
            _last = new OutputPiece(stream, _end);
            _pieces.Enqueue(_last);
        }

        var count = _last.Append(bytes);
        _end += count;
        while (_end - _start > GuestLimits.OutputRetention)
            _start = _pieces.Dequeue().End;
        _readers.ForEach(reader => reader.Wake());
        return count;
    }
}

namespace Caisson.Wasm.Worker.Commands;

/// <summary>One reader's place in an output.</summary>
internal sealed class OutputReader(OutputLog log, long position) : IDisposable
{
    private readonly SemaphoreSlim _more = new(0, 1);

    /// <summary>How far it has read; only the log moves it.</summary>
    public long Position { get; set; } = position;

    /// <summary>The next piece, waiting for one; null at the end.</summary>
    public async Task<(OutputPiece Piece, long Offset, byte[] Bytes)?> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var (next, ended) = log.Next(this);
            if (next is not null || ended)
                return next;
            await _more.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Tells it that there is more; under the log's lock.</summary>
    public void Wake()
    {
        if (_more.CurrentCount == 0)
            _more.Release();
    }

    public void Dispose()
    {
        log.Forget(this);
        _more.Dispose();
    }
}

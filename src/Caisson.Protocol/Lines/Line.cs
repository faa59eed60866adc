using System.Collections.Concurrent;
using Caisson.Core.Failures;
using Caisson.Protocol.Framing;

namespace Caisson.Protocol.Lines;

/// <summary>The host's end of the one serial line of a machine: many byte streams over it, each with windows, opened from either end.</summary>
public sealed class Line : IAsyncDisposable
{
    private const int MaxIncoming = 1024;
    private const int WriteBuffer = 64 << 10;
    private static readonly TimeSpan _firstPatience = TimeSpan.FromSeconds(1);
    private readonly Stream _stream;
    private readonly Func<LineStream, LineOpening, Task> _incoming;
    private readonly ConcurrentDictionary<uint, LineStream> _streams = new();
    private readonly ConcurrentDictionary<uint, Task> _served = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _output = new byte[FrameHeader.Size + WriteBuffer];
    private Task _reading = Task.CompletedTask;
    private ReadOnlyMemory<byte> _early;
    private uint _last = uint.MaxValue;
    private int _disposed;

    private Line(Stream stream, Func<LineStream, LineOpening, Task> incoming) => (_stream, _incoming) = (stream, incoming);

    /// <summary>Completes when the line is lost, which is when the machine has ended.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Greets the guest and takes the line over from whoever had it before.</summary>
    /// <param name="stream">The line.</param>
    /// <param name="token">What the guest expects a host to begin with.</param>
    /// <param name="incoming">Serves a stream that the guest opens, to its end; it owns the stream.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<Line> OpenAsync(Stream stream, ReadOnlyMemory<byte> token, Func<LineStream, LineOpening, Task> incoming, CancellationToken cancellation)
    {
        byte[]? early = null;
        // A guest that is only then told that the host before has gone takes that for the end of this one, and says nothing.
        for (var patience = _firstPatience; early is null; patience *= 2)
            early = await GreetAsync(stream, LineGreeting.Make(token.Span), patience, cancellation).ConfigureAwait(false);
        var line = new Line(stream, incoming) { _early = early };
        line._reading = Task.Run(line.ReadLoopAsync, CancellationToken.None);
        return line;
    }

    // Null when nothing came for so long.
    private static async Task<byte[]?> GreetAsync(Stream stream, byte[] greeting, TimeSpan patience, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            await stream.WriteAsync(greeting, cancellation).ConfigureAwait(false);
            return await SkipToAsync(stream, greeting, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw Gone(e);
        }
    }

    /// <summary>Opens a stream to the control door.</summary>
    public async Task<Stream> OpenControlAsync(CancellationToken cancellation) =>
        await OpenStreamAsync(new LineOpening(LineKind.Control, default, 0, default), cancellation).ConfigureAwait(false);

    /// <summary>Opens a stream to a port that listens inside; Unavailable when nothing does.</summary>
    public async Task<Stream> ConnectAsync(int port, CancellationToken cancellation)
    {
        var stream = await OpenStreamAsync(new LineOpening(LineKind.Port, default, (ushort)port, default), cancellation).ConfigureAwait(false);
        try
        {
            if (await stream.OpenedAsync(cancellation).ConfigureAwait(false))
                return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        throw new CaissonException(ErrorCode.Unavailable, $"nothing listens on port {port} in the sandbox", "start the service first", FailureKind.Task);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await Task.WhenAll(_served.Values).ConfigureAwait(false);
    }

    internal async ValueTask SendAsync(uint stream, FrameKind kind, ReadOnlyMemory<byte> payload)
    {
        if (_closed.Task.IsCompleted)
            throw new IOException("the machine's line is lost");
        // A frame is never cut short by a cancellation: that would garble every later one.
        await _writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            new FrameHeader(payload.Length, stream, kind).Write(_output);
            payload.CopyTo(_output.AsMemory(FrameHeader.Size));
            await _stream.WriteAsync(_output.AsMemory(0, FrameHeader.Size + payload.Length), CancellationToken.None).ConfigureAwait(false);
        }
        catch (ObjectDisposedException e)
        {
            throw new IOException("the machine's line is lost", e);
        }
        finally
        {
            _writing.Release();
        }
    }

    internal void Forget(uint stream) => _streams.TryRemove(stream, out _);

    private static CaissonException Gone(Exception? inner = null) => new(ErrorCode.Unavailable, "the sandbox is gone", "start another one", inner: inner);

    // What follows the answer is new already: a program inside may be connecting.
    private static async Task<byte[]> SkipToAsync(Stream stream, byte[] greeting, CancellationToken cancellation)
    {
        var buffer = new byte[64 << 10];
        var filled = 0;
        while (true)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(filled), cancellation).ConfigureAwait(false);
            if (count == 0)
                throw new EndOfStreamException();
            filled += count;
            if (buffer.AsSpan(0, filled).IndexOf(greeting) is var found and >= 0)
                return buffer[(found + greeting.Length)..filled];
            if (filled <= greeting.Length)
                continue;
            buffer.AsSpan(filled - greeting.Length, greeting.Length).CopyTo(buffer);
            filled = greeting.Length;
        }
    }

    private async ValueTask ReadExactlyAsync(Memory<byte> target)
    {
        var first = Math.Min(_early.Length, target.Length);
        _early[..first].CopyTo(target);
        _early = _early[first..];
        await _stream.ReadExactlyAsync(target[first..]).ConfigureAwait(false);
    }

    private async Task<LineStream> OpenStreamAsync(LineOpening opening, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // Streams of the host have odd numbers.
        var stream = new LineStream(this, Interlocked.Add(ref _last, 2));
        _streams[stream.Number] = stream;
        try
        {
            await SendAsync(stream.Number, FrameKind.Call, opening.ToBytes()).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            Forget(stream.Number);
            throw Gone(e);
        }

        if (_closed.Task.IsCompleted)
            stream.Lose();
        return stream;
    }

    private async Task ReadLoopAsync()
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (true)
            {
                await ReadExactlyAsync(buffer.AsMemory(0, FrameHeader.Size)).ConfigureAwait(false);
                var header = FrameHeader.Read(buffer);
                if (header.Length > buffer.Length)
                    throw new InvalidDataException("a frame of a line is longer than any may be");
                await ReadExactlyAsync(buffer.AsMemory(0, header.Length)).ConfigureAwait(false);
                await TakeAsync(header, buffer.AsMemory(0, header.Length)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidDataException)
        {
            // However the line was lost, what follows is the same.
        }

        _closed.TrySetResult();
        foreach (var stream in _streams.Values)
            stream.Lose();
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask TakeAsync(FrameHeader header, ReadOnlyMemory<byte> payload)
    {
        if (header.Kind != FrameKind.Call)
        {
            if (_streams.TryGetValue(header.Stream, out var stream))
                stream.Receive(header.Kind, payload.Span);
            return;
        }

        if (header.Stream % 2 == 1 || _streams.ContainsKey(header.Stream))
            throw new InvalidDataException("the guest opened a stream under a number that is not its own");
        var opening = LineOpening.Read(payload.ToArray());
        if (_served.Count >= MaxIncoming)
        {
            await SendAsync(header.Stream, FrameKind.Cancel, default).ConfigureAwait(false);
            return;
        }

        var opened = new LineStream(this, header.Stream);
        _streams[header.Stream] = opened;
        // Entered before it begins, so that its end finds it.
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _served[header.Stream] = ServeAsync(opened, opening, begin.Task);
        begin.SetResult();
    }

    private async Task ServeAsync(LineStream stream, LineOpening opening, Task begin)
    {
        await begin.ConfigureAwait(false);
        try
        {
            await _incoming(stream, opening).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // One of the two sides went away: its own affair.
        }
        finally
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            _served.TryRemove(stream.Number, out _);
        }
    }
}

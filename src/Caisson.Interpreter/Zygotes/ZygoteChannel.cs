using System.Buffers;
using System.Collections.Concurrent;
using Caisson.Core.Backends;
using Caisson.Core.Failures;

namespace Caisson.Interpreter.Zygotes;

/// <summary>Frames to and from one zygote. What it says is always taken in at once, so it never waits for us.</summary>
internal sealed class ZygoteChannel : IAsyncDisposable
{
    private const int MostBody = 1 << 17;

    private readonly INestingDoor _door;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentDictionary<uint, ZygoteRun> _runs = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private uint _last;

    public ZygoteChannel(INestingDoor door)
    {
        _door = door;
        _reading = ReadAsync();
    }

    /// <summary>Completes when it has loaded what it was told to.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Completes when it says nothing any more.</summary>
    public Task Closed => _reading;

    public async Task SendAsync(byte kind, ushort number, uint id, ReadOnlyMemory<byte> body)
    {
        var length = ZygoteFrame.Size + body.Length;
        var frame = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            new ZygoteFrame(body.Length, kind, number, id).Write(frame);
            body.CopyTo(frame.AsMemory(ZygoteFrame.Size));
            await _writing.WaitAsync(CancellationToken.None);
            try
            {
                // Whole or not at all: half a frame would be the end of the zygote.
                await _door.Stream.WriteAsync(frame.AsMemory(0, length), CancellationToken.None);
            }
            finally
            {
                _writing.Release();
            }
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException)
        {
            throw Gone(lost);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>Hands a cell's descriptors over.</summary>
    public async Task HandAsync(ushort number, INestedCell cell)
    {
        var frame = new byte[ZygoteFrame.Size];
        new ZygoteFrame(0, ZygoteFrame.Cell, number, 0).Write(frame);
        await _writing.WaitAsync(CancellationToken.None);
        try
        {
            _door.Hand(frame, cell);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Starts an execution in a cell that has none.</summary>
    public async Task<(uint Id, ZygoteRun Run)> StartAsync(ushort number, byte[] task)
    {
        var id = Interlocked.Increment(ref _last);
        var run = new ZygoteRun();
        _runs[id] = run;
        if (_reading.IsCompleted)
            run.Fail(Gone(null));
        else
            await SendAsync(ZygoteFrame.Start, number, id, task);
        return (id, run);
    }

    public void Forget(uint id) => _runs.TryRemove(id, out _);

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        await _reading;
        _writing.Dispose();
    }

    private async Task ReadAsync()
    {
        // Never on the caller's time.
        await Task.Yield();
        var buffer = new byte[2 * MostBody];
        var (start, end) = (0, 0);
        try
        {
            while (true)
            {
                while (end - start >= ZygoteFrame.Size && ZygoteFrame.Read(buffer.AsSpan(start)) is var frame)
                {
                    if (frame.Length is < 0 or > MostBody + ZygoteExit.Size)
                        throw new IOException("a zygote broke its protocol");
                    if (end - start - ZygoteFrame.Size < frame.Length)
                        break;
                    Take(frame, buffer.AsSpan(start + ZygoteFrame.Size, frame.Length));
                    start += ZygoteFrame.Size + frame.Length;
                }

                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
                var count = await _door.Stream.ReadAsync(buffer.AsMemory(end), CancellationToken.None);
                if (count == 0)
                    break;
                end += count;
            }

            FailAll(Gone(null));
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException)
        {
            FailAll(Gone(lost));
        }
    }

    private void Take(ZygoteFrame frame, ReadOnlySpan<byte> body)
    {
        if (frame.Kind == ZygoteFrame.Ready)
            _ready.TrySetResult();
        if (!_runs.TryGetValue(frame.Id, out var run))
            return;
        if (frame.Kind == ZygoteFrame.Output)
        {
            run.Add(frame.Number, body);
        }
        else if (frame.Kind == ZygoteFrame.Ended)
        {
            var exit = ZygoteExit.Read(body, out var output, out var errors);
            run.Add(0, body.Slice(ZygoteExit.Size, output));
            run.Add(1, body.Slice(ZygoteExit.Size + output, errors));
            run.End(exit);
        }
    }

    private void FailAll(CaissonException failure)
    {
        _ready.TrySetException(failure);
        foreach (var run in _runs.Values)
            run.Fail(failure);
    }

    private static CaissonException Gone(Exception? inner) => new(ErrorCode.Unavailable, "the zygote of this execution ended", "It is tried again on another.", FailureKind.Infrastructure, inner);
}

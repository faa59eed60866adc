using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Caisson.Core.Events;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Timeline;

/// <summary>Writes the timelines of every sandbox to disk, so that appending to one never waits for a disk.</summary>
internal sealed partial class TimelineWriter : IAsyncDisposable
{
    private const int BatchEntries = 512;

    private readonly Channel<(TimelineFile File, SandboxEvent Entry, int Dropped)> _queue;
    private readonly ILogger _log;
    private readonly Task _loop;

    public TimelineWriter(TimelineLimits limits, ILogger log)
    {
        _log = log;
        _queue = Channel.CreateBounded<(TimelineFile, SandboxEvent, int)>(new BoundedChannelOptions(limits.Queue)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Hands an entry over, or counts it as dropped when the disk cannot keep up; calls for one file must not overlap.</summary>
    public void Enqueue(TimelineFile file, SandboxEvent entry)
    {
        if (_queue.Writer.TryWrite((file, entry, file.Dropped)))
            file.Dropped = 0;
        else
            file.Dropped++;
    }

    /// <summary>Writes what was handed over, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        var batch = new Dictionary<TimelineFile, ArrayBufferWriter<byte>>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            for (var count = 0; count < BatchEntries && _queue.Reader.TryRead(out var item); count++)
            {
                if (!batch.TryGetValue(item.File, out var buffer))
                    batch[item.File] = buffer = new ArrayBufferWriter<byte>();
                if (item.Dropped > 0)
                    Serialize(Mark(item.Entry, item.Dropped), buffer);
                Serialize(item.Entry, buffer);
            }

            foreach (var (file, buffer) in batch)
                Write(file, buffer.WrittenSpan);
            batch.Clear();
        }
    }

    private void Write(TimelineFile file, ReadOnlySpan<byte> lines)
    {
        try
        {
            file.Append(lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogWriteFailed(e.Message);
        }
    }

    private static void Serialize(SandboxEvent entry, ArrayBufferWriter<byte> buffer)
    {
        using (var json = new Utf8JsonWriter(buffer))
            JsonSerializer.Serialize(json, entry, TimelineJson.Default.SandboxEvent);
        buffer.Write("\n"u8);
    }

    private static LimitReached Mark(SandboxEvent next, int dropped) =>
        new("timeline", string.Create(CultureInfo.InvariantCulture, $"{dropped} entries were not written to disk"))
        {
            Sequence = next.Sequence - 1,
            At = next.At,
        };
}

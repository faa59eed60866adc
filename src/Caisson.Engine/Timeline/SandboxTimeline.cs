using Caisson.Core.Events;

namespace Caisson.Engine.Timeline;

/// <summary>The journal of one sandbox: the newest entries in memory, all that fits its bound on disk.</summary>
internal sealed class SandboxTimeline : ITimeline
{
    private readonly Lock _gate = new();
    private readonly TimelineRing _ring;
    private readonly TimelineFile _file;
    private readonly TimelineWriter _writer;
    private readonly TimeProvider _time;
    private long _sequence;

    public SandboxTimeline(string directory, TimelineLimits limits, TimelineWriter writer, TimeProvider time)
    {
        _ring = new TimelineRing(limits.Entries, limits.Bytes);
        _file = new TimelineFile(directory, limits.FileBytes);
        _writer = writer;
        _time = time;
    }

    /// <inheritdoc/>
    public void Append(SandboxEvent entry)
    {
        lock (_gate)
        {
            var stamped = entry with { Sequence = ++_sequence, At = _time.GetUtcNow() };
            _ring.Add(stamped);
            _writer.Enqueue(_file, stamped);
        }
    }

    /// <summary>Takes back what an earlier process wrote and goes on counting after it.</summary>
    public void Restore()
    {
        lock (_gate)
        {
            foreach (var entry in _file.Read().Where(entry => entry.Sequence > _sequence))
            {
                _sequence = entry.Sequence;
                _ring.Add(entry);
            }
        }
    }

    /// <summary>Entries numbered above <paramref name="after"/>, oldest first, at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<SandboxEvent> Read(long after, int limit)
    {
        lock (_gate)
            return limit <= 0 ? [] : _ring.Read(after, limit);
    }

    /// <summary>Stops writing to disk; what is in memory can still be read.</summary>
    public void Close() => _file.Close();
}

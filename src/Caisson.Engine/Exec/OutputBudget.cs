namespace Caisson.Engine.Exec;

/// <summary>How much output of one sandbox may enter its timeline: a burst, then a steady rate.</summary>
internal sealed class OutputBudget(TimeProvider time)
{
    private const double Burst = 1 << 20;
    private const double PerSecond = 128 << 10;

    // Every entry costs this much besides its text, so that a flood of single bytes is bounded too.
    private const int PerEntry = 256;

    private readonly Lock _gate = new();
    private double _left = Burst;
    private long _since = time.GetTimestamp();

    public bool TryTake(int bytes)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _left = Math.Min(Burst, _left + (time.GetElapsedTime(_since, now).TotalSeconds * PerSecond));
            _since = now;
            if (_left < bytes + PerEntry)
                return false;
            _left -= bytes + PerEntry;
            return true;
        }
    }
}

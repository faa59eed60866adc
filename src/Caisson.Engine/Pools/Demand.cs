namespace Caisson.Engine.Pools;

/// <summary>How often sandboxes of one kind are asked for, and how long one takes to start. Not safe for use from several threads.</summary>
internal sealed class Demand
{
    private const double StartWeight = 0.2;
    private static readonly TimeSpan _memory = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _peakHalfLife = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _shortestWindow = TimeSpan.FromSeconds(1);

    private double _weight;
    private double _peak;
    private DateTimeOffset _peakAt;
    private DateTimeOffset _windowStart;
    private int _inWindow;

    /// <summary>When one was asked for last; the beginning of time before the first.</summary>
    public DateTimeOffset Last { get; private set; }

    /// <summary>How long a start takes.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>One was asked for.</summary>
    public void Arrived(DateTimeOffset now)
    {
        _weight = Decayed(now) + 1;
        Last = now;
        // A burst is what arrives before the pool could have been filled again.
        var window = StartTime > _shortestWindow ? StartTime : _shortestWindow;
        if (now - _windowStart >= window)
            (_windowStart, _inWindow) = (now, 0);
        if (++_inWindow >= Burst(now))
            (_peak, _peakAt) = (_inWindow, now);
    }

    /// <summary>One was started in this time.</summary>
    public void Started(TimeSpan took) => StartTime = StartTime == TimeSpan.Zero ? took : StartTime + ((took - StartTime) * StartWeight);

    /// <summary>Arrivals per second, old ones counting less and less.</summary>
    public double Rate(DateTimeOffset now) => Decayed(now) / _memory.TotalSeconds;

    /// <summary>The most that arrived within one window, half of it forgotten every minute.</summary>
    public double Burst(DateTimeOffset now) => _peak * Math.Pow(0.5, (now - _peakAt) / _peakHalfLife);

    private double Decayed(DateTimeOffset now) => _weight * Math.Exp(-((now - Last) / _memory));
}

namespace Caisson.Engine.Pools;

/// <summary>Whether sandboxes are being created just now: starts ahead of demand wait for a calm moment.</summary>
internal sealed class CreateTraffic(TimeSpan calm, TimeSpan longestYield, TimeProvider time)
{
    private readonly Lock _gate = new();
    private int _underWay;
    private long _busySince = time.GetTimestamp();
    private long? _last;

    /// <summary>Whether a start ahead would be in nobody's way, or has waited long enough.</summary>
    public bool MayStart
    {
        get
        {
            lock (_gate)
                return IsCalm() || time.GetElapsedTime(_busySince) >= longestYield;
        }
    }

    /// <summary>A creation begins.</summary>
    public void Enter()
    {
        lock (_gate)
        {
            if (IsCalm())
                _busySince = time.GetTimestamp();
            _underWay++;
        }
    }

    /// <summary>A creation is over, however it went.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _underWay--;
            _last = time.GetTimestamp();
        }
    }

    private bool IsCalm() => _underWay == 0 && (_last is not { } last || time.GetElapsedTime(last) >= calm);
}

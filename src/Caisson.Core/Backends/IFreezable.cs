namespace Caisson.Core.Backends;

/// <summary>A facet of walls that can stop every process of a sandbox where it stands, memory and open files kept.</summary>
public interface IFreezable
{
    /// <summary>Stops every process; done when none runs any more, and safe to repeat. A failure leaves them running.</summary>
    Task FreezeAsync(CancellationToken cancellation);

    /// <summary>Lets them go on; safe to repeat.</summary>
    Task ThawAsync(CancellationToken cancellation);
}

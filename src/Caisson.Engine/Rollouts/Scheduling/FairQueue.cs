using System.Globalization;
using Caisson.Core.Failures;

namespace Caisson.Engine.Rollouts.Scheduling;

/// <summary>Decides whose turn it is: the tenant with the fewest executions running, and of equals the one served longest ago. Not safe for use from several threads.</summary>
internal sealed class FairQueue(int maxWaiting, int maxWaitingPerTenant)
{
    private readonly Dictionary<string, TenantQueue> _tenants = new(StringComparer.Ordinal);
    private long _turn;

    public int Waiting { get; private set; }

    /// <summary>Takes work in, all of it or none: ResourceExhausted when it is more than may wait.</summary>
    public void Add(string tenant, RolloutPriority priority, IReadOnlyCollection<Work> works)
    {
        var own = _tenants.GetValueOrDefault(tenant)?.Waiting ?? 0;
        if (works.Count > maxWaitingPerTenant - own)
            throw Full($"{own} executions of yours wait already, and {maxWaitingPerTenant} may");
        if (works.Count > maxWaiting - Waiting)
            throw Full($"{Waiting} executions wait already, and {maxWaiting} may");
        Restore(tenant, priority, works);
    }

    /// <summary>Takes work in that was admitted before.</summary>
    public void Restore(string tenant, RolloutPriority priority, IReadOnlyCollection<Work> works)
    {
        if (!_tenants.TryGetValue(tenant, out var queue))
            _tenants[tenant] = queue = new TenantQueue();
        queue.Add(priority, works);
        Waiting += works.Count;
    }

    /// <summary>The next to run, or null when none waits; <see cref="Done"/> must follow.</summary>
    public (string Tenant, Work Work)? Take()
    {
        var next = _tenants.Where(tenant => tenant.Value.Waiting > 0)
            .OrderBy(tenant => tenant.Value.Running).ThenBy(tenant => tenant.Value.ServedAt)
            .Select(tenant => ((string, TenantQueue)?)(tenant.Key, tenant.Value)).FirstOrDefault();
        if (next is not var (name, queue))
            return null;
        queue.Running++;
        queue.ServedAt = ++_turn;
        Waiting--;
        return (name, queue.Take());
    }

    /// <summary>Says that what was taken for a tenant has ended.</summary>
    public void Done(string tenant)
    {
        var queue = _tenants[tenant];
        if (--queue.Running == 0 && queue.Waiting == 0)
            _tenants.Remove(tenant);
    }

    /// <summary>Takes out what of a tenant belongs to an owner and does not run yet.</summary>
    public void Remove(string tenant, object owner)
    {
        if (!_tenants.TryGetValue(tenant, out var queue))
            return;
        Waiting -= queue.Remove(owner);
        if (queue is { Running: 0, Waiting: 0 })
            _tenants.Remove(tenant);
    }

    private static CaissonException Full(FormattableString what) =>
        new(ErrorCode.ResourceExhausted, what.ToString(CultureInfo.InvariantCulture), "Submit again when some have ended, or submit fewer at once.");
}

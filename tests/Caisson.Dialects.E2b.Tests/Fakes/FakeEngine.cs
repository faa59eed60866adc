using System.Collections.Concurrent;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;

namespace Caisson.Dialects.E2b.Tests.Fakes;

internal sealed class FakeEngine : ISandboxEngine, ISnapshotCatalog
{
    private readonly ConcurrentDictionary<string, FakeSandbox> _sandboxes = new();

    public IEnumerable<ISandbox> All => _sandboxes.Values;

    public ISnapshotCatalog Snapshots => this;

    public Dictionary<string, SnapshotInfo> Kept { get; } = [];

    public Task<ISandbox> CreateAsync(string tenant, SandboxSpec spec, CancellationToken cancellation)
    {
        var sandbox = new FakeSandbox(this, tenant, spec);
        _sandboxes[sandbox.Info.Id.Value] = sandbox;
        return Task.FromResult<ISandbox>(sandbox);
    }

    public FakeSandbox Sandbox(string id) => _sandboxes[id];

    public ISandbox Get(string tenant, string id) =>
        Find(id) is { } sandbox && sandbox.Info.Tenant == tenant ? sandbox : throw new CaissonException(ErrorCode.NotFound, $"there is no sandbox {id}");

    public ISandbox? Find(string id) => _sandboxes.GetValueOrDefault(id);

    public SandboxPage List(string tenant, SandboxQuery query)
    {
        var skip = query.After is null ? 0 : int.TryParse(query.After, out var mark) ? mark : throw new CaissonException(ErrorCode.InvalidArgument, "bad mark");
        var all = _sandboxes.Values
            .Where(s => s.Info.Tenant == tenant)
            .Where(s => query.States is null || query.States.Contains(s.Info.State))
            .Where(s => query.Template is null || s.Info.Spec.Template == query.Template)
            .Where(s => query.Metadata is null || query.Metadata.All(pair => s.Info.Spec.Metadata.TryGetValue(pair.Key, out var value) && value == pair.Value))
            .OrderBy(s => s.Info.StartedAt).ToList();
        if (!query.Ascending)
            all.Reverse();
        var next = skip + query.Limit < all.Count ? $"{skip + query.Limit}" : null;
        return new SandboxPage([.. all.Skip(skip).Take(query.Limit)], next, all.Count);
    }

    public void Remove(string id) => _sandboxes.TryRemove(id, out _);

    SnapshotInfo? ISnapshotCatalog.Find(string tenant, string reference) => Kept.GetValueOrDefault(reference.Split(':')[0]);

    IReadOnlyList<SnapshotInfo> ISnapshotCatalog.List(string tenant) => [.. Kept.Values];

    Task<bool> ISnapshotCatalog.DeleteAsync(string tenant, string id, CancellationToken cancellation) => Task.FromResult(Kept.Remove(id));
}

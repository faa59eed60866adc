using System.Collections.Concurrent;
using Caisson.Core.Advice;
using Caisson.Core.Backends;
using Caisson.Core.Failures;

namespace Caisson.Engine.Walls;

/// <summary>The walls this server was given, and which of them work on this host.</summary>
public sealed class BackendCatalog : IDisposable
{
    private const string Auto = "auto";
    private const int MostChoices = 64;

    private static readonly TimeSpan _recheck = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, ISandboxBackend> _walls;
    private readonly List<string> _names;
    private readonly ConcurrentDictionary<string, (BackendReport Report, DateTimeOffset At)> _reports = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Name, Workload Workload), (ISandboxBackend Wall, DateTimeOffset At)> _chosen = new();
    private readonly SemaphoreSlim _probing = new(1, 1);
    private readonly TimeProvider _time;

    /// <summary>Takes the walls in order of preference, which decides between walls that are equally good.</summary>
    public BackendCatalog(IEnumerable<ISandboxBackend> walls, TimeProvider time)
    {
        _time = time;
        _walls = walls.ToDictionary(wall => wall.Name, StringComparer.Ordinal);
        _names = [.. _walls.Keys];
    }

    /// <summary>The walls' names, in order of preference.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The wall of that name, or null.</summary>
    public ISandboxBackend? Find(string name) => _walls.GetValueOrDefault(name);

    /// <summary>The wall of that name (null for the default, and <c>auto</c> or no default for what the rules choose): InvalidArgument when there is none, Unsupported when this host cannot run it.</summary>
    public async Task<ISandboxBackend> ChooseAsync(string? name, string? byDefault, Workload workload, CancellationToken cancellation)
    {
        if (_names.Count == 0)
            throw new CaissonException(ErrorCode.Unsupported, "this server has no walls", "Register at least one wall.");
        var chosen = name ?? byDefault ?? Auto;
        // The rules look at the host too, and are asked anew after a while.
        if (_chosen.TryGetValue((chosen, workload), out var known) && _time.GetUtcNow() - known.At < _recheck)
            return known.Wall;
        var wall = await ChooseAnewAsync(chosen, workload, cancellation);
        if (_chosen.Count >= MostChoices)
            _chosen.Clear();
        _chosen[(chosen, workload)] = (wall, _time.GetUtcNow());
        return wall;
    }

    /// <inheritdoc/>
    public void Dispose() => _probing.Dispose();

    private async Task<ISandboxBackend> ChooseAnewAsync(string chosen, Workload workload, CancellationToken cancellation)
    {
        if (chosen == Auto)
            return Find((await AdviseAsync(workload, cancellation)).Required())!;
        if (Find(chosen) is not { } wall)
        {
            throw new CaissonException(
                ErrorCode.InvalidArgument,
                $"there is no wall '{chosen}'; this server has {string.Join(", ", _names)}",
                "Name one of these walls, or none for the default.");
        }

        var report = await ReportAsync(wall, cancellation);
        if (!report.Usable)
            throw Unusable(wall.Name, report);

        // Who shares the host is the operator's word; a caller cannot name a wall to get around it.
        var facts = new WallFacts(wall.Name, wall.Strength, report);
        return Advisor.Forbids(workload, HostFacts.Here([facts]), facts) is { } rule
            ? throw new CaissonException(ErrorCode.PermissionDenied, $"the wall '{wall.Name}' is not for this server's sandboxes: {rule.Why} ({rule.Rule})", rule.Change)
            : wall;
    }

    private async Task<Recommendation> AdviseAsync(Workload workload, CancellationToken cancellation)
    {
        var facts = new List<WallFacts>();
        foreach (var name in _names)
            facts.Add(new WallFacts(name, _walls[name].Strength, await ReportAsync(_walls[name], cancellation)));
        return Advisor.Advise(workload, HostFacts.Here(facts));
    }

    private async Task<BackendReport> ReportAsync(ISandboxBackend wall, CancellationToken cancellation)
    {
        if (Known(wall) is { } known)
            return known;
        await _probing.WaitAsync(cancellation);
        try
        {
            if (Known(wall) is { } meanwhile)
                return meanwhile;
            var report = await wall.ProbeAsync(cancellation);
            _reports[wall.Name] = (report, _time.GetUtcNow());
            return report;
        }
        finally
        {
            _probing.Release();
        }
    }

    // A wall that works keeps working; one that does not is asked again, since the reader of its remedy may have acted on it.
    private BackendReport? Known(ISandboxBackend wall) =>
        _reports.TryGetValue(wall.Name, out var known) && (known.Report.Usable || _time.GetUtcNow() - known.At < _recheck)
            ? known.Report
            : null;

    private static CaissonException Unusable(string wall, BackendReport report)
    {
        var missing = report.Checks.Where(check => check.State == HostCheckState.Missing).ToList();
        var found = missing.Count == 0 ? "its checks failed" : string.Join("; ", missing.Select(check => $"{check.Feature}: {check.Detail}"));
        var remedies = missing.Where(check => check.Remedy is not null).Select(check => check.Remedy).ToList();
        return new CaissonException(
            ErrorCode.Unsupported,
            $"the wall '{wall}' cannot run on this host ({found})",
            remedies.Count == 0 ? null : string.Join(" ", remedies));
    }
}

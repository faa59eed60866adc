using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Verify.Server;

namespace Caisson.Verify;

/// <summary>Runs cases on a wall, one after another, each with a bound.</summary>
public sealed class WallVerifier(PrivateServer server, TimeProvider time)
{
    private static readonly TimeSpan _caseLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _preparation = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(2);

    /// <summary>The walls that this host can use now.</summary>
    public async Task<IReadOnlyList<string>> UsableAsync(CancellationToken cancellation) =>
        [.. (await server.Client.WallsAsync(cancellation)).Where(wall => wall.Usable).Select(wall => wall.Name)];

    /// <summary>Makes what cases need of a wall; a wall that cannot be used here is a refusal that names what is missing.</summary>
    public async Task<Bench> OpenAsync(string wall, CancellationToken cancellation)
    {
        var walls = await server.Client.WallsAsync(cancellation);
        var found = walls.FirstOrDefault(w => string.Equals(w.Name, wall, StringComparison.Ordinal))
            ?? throw new CaissonException(ErrorCode.NotFound, $"there is no wall '{wall}'", $"walls: {string.Join(", ", walls.Select(w => w.Name))}");
        if (!found.Usable)
        {
            var missing = found.Checks.Where(check => check.State == HostCheckState.Missing).Select(check => $"{check.Feature}: {check.Detail}");
            throw new CaissonException(ErrorCode.Unsupported, $"the wall '{wall}' cannot be used on this host ({string.Join("; ", missing)})", "run 'caisson doctor'");
        }

        var bench = new Bench(server, wall, found.Strength, Had(found.Capabilities));
        await PrepareAsync(bench, cancellation);
        return bench;
    }

    // A wall may make something of a template when it first sees it, and say so until it is done.
    private async Task PrepareAsync(Bench bench, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await bench.BoxAsync(cancellation);
                return;
            }
            catch (CaissonException busy) when (busy.Code is ErrorCode.Unavailable or ErrorCode.DeadlineExceeded && time.GetElapsedTime(started) < _preparation)
            {
                await Task.Delay(_pause, time, cancellation);
            }
        }
    }

    /// <summary>Runs one case.</summary>
    public async Task<CaseResult> RunAsync(Bench bench, VerifyCase verified, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var limit = new CancellationTokenSource(_caseLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            Require(bench, verified.Needs);
            await verified.RunAsync(bench, either.Token);
            return Result(CaseOutcome.Holds, null);
        }
        catch (NotAvailableException missing)
        {
            return Result(CaseOutcome.NotAvailable, missing.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Result(CaseOutcome.Failed, $"it took longer than {_caseLimit.TotalMinutes} minutes");
        }
        catch (Exception failure) when (failure is DoesNotHoldException or CaissonException or HttpRequestException or IOException or FormatException)
        {
            return Result(CaseOutcome.Failed, failure.Message);
        }

        CaseResult Result(CaseOutcome outcome, string? detail) => new(bench.Wall, verified, outcome, detail, time.GetElapsedTime(started));
    }

    // A server that tells nothing is of a time when every wall had all.
    private static WallCapabilities Had(IReadOnlyList<WallCapabilities>? listed) =>
        listed is null ? WallCapabilities.All : listed.Aggregate(WallCapabilities.None, (all, one) => all | one);

    private static void Require(Bench bench, WallCapabilities needs)
    {
        if ((needs & ~bench.Capabilities) is not WallCapabilities.None and var missing)
            throw new NotAvailableException($"the wall '{bench.Wall}' has no {string.Join(", no ", missing.Listed().Select(one => one.Word()))}");
    }
}

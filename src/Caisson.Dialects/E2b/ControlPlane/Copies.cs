using System.Globalization;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Http;
using Caisson.Engine.Snapshots;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Snapshots and forks.</summary>
internal static class Copies
{
    /// <summary>The header by which a caller says that files are enough: the protocol has no word for it, and leaving processes behind is never our choice.</summary>
    public const string MemoryHeader = "Caisson-Memory";

    public static async Task SnapshotAsync(ControlCall call)
    {
        var sandbox = call.Sandbox();
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.SnapshotBody);
        var (name, tag) = body.Name is { Length: > 0 } given ? SnapshotNames.Parse(call.Tenant, given) : (null, SnapshotNames.DefaultTag);
        var snapshot = await sandbox.SnapshotAsync(new SnapshotRequest(name, tag, LeavesProcesses(call)), call.Cancellation);
        await E2bResponses.WriteAsync(call.Http, 201, SnapshotNames.View(snapshot), E2bJson.Default.SnapshotView);
    }

    public static async Task ForkAsync(ControlCall call)
    {
        var sandbox = call.Sandbox();
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.ForkBody);
        var timeout = SandboxTimeouts.Positive(body.Timeout ?? 15, call.Options);
        var outcomes = await sandbox.ForkAsync(new ForkRequest(body.Count ?? 1, timeout, LeavesProcesses(call)), call.Cancellation);
        var results = await Task.WhenAll(outcomes.Select(outcome => ResultAsync(call, outcome)));
        await E2bResponses.WriteAsync(call.Http, 201, results, E2bJson.Default.ForkResultArray);
    }

    public static Task ListAsync(ControlCall call)
    {
        var limit = call.Query("limit") is { Length: > 0 } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 100;
        if (limit is < 1 or > 100)
            throw new E2bHttpException(400, "limit must be between 1 and 100");
        var source = call.Query("sandboxID");
        var after = call.Query("nextToken");
        var found = call.Engine.Snapshots.List(call.Tenant).Where(one => source.Length == 0 || one.Source.Value == source);
        if (call.Query("name") is { Length: > 0 } name)
            found = found.Where(one => SnapshotNames.Matches(call.Tenant, one, name));
        if (after.Length > 0)
            found = found.SkipWhile(one => one.Id != after).Skip(1);
        var page = found.Take(limit + 1).ToList();
        if (page.Count > limit)
            call.Http.Response.Headers["X-Next-Token"] = page[limit - 1].Id;
        return E2bResponses.WriteAsync(call.Http, 200, [.. page.Take(limit).Select(SnapshotNames.View)], E2bJson.Default.SnapshotViewArray);
    }

    private static bool LeavesProcesses(ControlCall call) => call.Http.Request.Headers[MemoryHeader].ToString() switch
    {
        "" => false,
        "drop" => true,
        _ => throw new E2bHttpException(400, $"{MemoryHeader} must be drop, or be left out"),
    };

    private static async Task<ForkResult> ResultAsync(ControlCall call, ForkOutcome outcome)
    {
        if (outcome.Sandbox is not { } sandbox)
            return new ForkResult(null, E2bError.From(outcome.Failure!));
        await CreateSandbox.ConfigureAsync(sandbox, call);
        return new ForkResult(SandboxViews.Created(sandbox.Info, null, call.Options), null);
    }
}

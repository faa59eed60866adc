using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Http;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Looks at, extends and ends one sandbox.</summary>
internal static class SandboxLife
{
    public static Task GetAsync(ControlCall call) =>
        E2bResponses.WriteAsync(call.Http, 200, SandboxViews.Detail(call.Sandbox().Info, call.Options), E2bJson.Default.SandboxDetail);

    public static async Task KillAsync(ControlCall call)
    {
        var sandbox = call.SandboxOrEnding();
        if (ControlCall.IsEnding(sandbox) || !call.Kills.TryTake(sandbox))
        {
            await sandbox.Ended.WaitAsync(call.Cancellation);
            throw ControlCall.NotFound(sandbox.Info.Id.Value);
        }

        try
        {
            // A kill that was asked for is carried through even if the caller hangs up.
            await sandbox.KillAsync(CancellationToken.None);
        }
        catch
        {
            call.Kills.GiveBack(sandbox);
            throw;
        }

        call.NoContent();
    }

    public static async Task TimeoutAsync(ControlCall call)
    {
        var sandbox = call.Sandbox();
        var body = await ReadTimeoutAsync(call);
        var seconds = body.Timeout ?? throw new E2bHttpException(400, "timeout is required");
        await sandbox.SetTimeoutAsync(SandboxTimeouts.Bounded(seconds, call.Options), CancellationToken.None);
        call.NoContent();
    }

    public static async Task RefreshAsync(ControlCall call)
    {
        var sandbox = call.Sandbox();
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.RefreshRequest);
        var seconds = body.Duration ?? 60;
        if (seconds is < 0 or > 3600)
            throw new E2bHttpException(400, "duration must be between 0 and 3600 seconds");
        await sandbox.ExtendAsync(TimeSpan.FromSeconds(seconds), call.Cancellation);
        call.NoContent();
    }

    private static Task<TimeoutRequest> ReadTimeoutAsync(ControlCall call) =>
        E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.TimeoutRequest);
}

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

    // Nothing is ever paused here, so there is nothing to resume.
    public static Task Resume(ControlCall call) =>
        throw new E2bHttpException(409, $"sandbox {call.Sandbox().Info.Id} is already running");

    public static Task ConnectV2Async(ControlCall call) => ConnectAsync(call, defaultTimeout: 300);

    public static Task ConnectV1Async(ControlCall call) => ConnectAsync(call, defaultTimeout: null);

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

    private static async Task ConnectAsync(ControlCall call, int? defaultTimeout)
    {
        var sandbox = call.Sandbox();
        var body = await ReadTimeoutAsync(call);
        var seconds = body.Timeout ?? defaultTimeout ?? throw new E2bHttpException(400, "timeout is required");
        if (seconds < 0)
            throw new E2bHttpException(400, "Timeout must not be negative");
        await sandbox.ExtendAsync(SandboxTimeouts.Bounded(seconds, call.Options), call.Cancellation);
        var template = await call.Templates.FindAsync(call.Tenant, sandbox.Info.Spec.Template, call.Cancellation);
        await E2bResponses.WriteAsync(call.Http, 200, SandboxViews.Created(sandbox.Info, template, call.Options), E2bJson.Default.SandboxCreated);
    }

    private static Task<TimeoutRequest> ReadTimeoutAsync(ControlCall call) =>
        E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.TimeoutRequest);
}

using Caisson.Core.Sandboxes;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Envd;
using Caisson.Dialects.E2b.Http;
using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Pauses and resumes one sandbox.</summary>
internal static class PauseSandbox
{
    public static async Task PauseAsync(ControlCall call)
    {
        var sandbox = call.Sandbox();
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.PauseRequest);
        await sandbox.PauseAsync(body.Memory != false, call.Cancellation);
        call.NoContent();
    }

    public static async Task ResumeAsync(ControlCall call)
    {
        var sandbox = call.Sandbox();
        var body = await ReadAsync(call);
        if (sandbox.Info.State != SandboxState.Paused)
            throw new E2bHttpException(409, $"sandbox {sandbox.Info.Id} is already running");
        await ResumeAsync(call, sandbox, body.Timeout ?? 15, body.Memory != false);
    }

    public static Task ConnectV2Async(ControlCall call) => ConnectAsync(call, defaultTimeout: 300);

    public static Task ConnectV1Async(ControlCall call) => ConnectAsync(call, defaultTimeout: null);

    private static async Task ConnectAsync(ControlCall call, int? defaultTimeout)
    {
        var sandbox = call.Sandbox();
        var body = await ReadAsync(call);
        var seconds = body.Timeout ?? defaultTimeout ?? throw new E2bHttpException(400, "timeout is required");
        if (seconds < 0)
            throw new E2bHttpException(400, "Timeout must not be negative");
        var timeout = SandboxTimeouts.Bounded(seconds, call.Options);
        if (sandbox.Info.State == SandboxState.Paused)
        {
            await ResumeAsync(call, sandbox, seconds, body.Memory != false);
            return;
        }

        await sandbox.ExtendAsync(timeout, call.Cancellation);
        await WriteAsync(call, sandbox, 200);
    }

    private static async Task ResumeAsync(ControlCall call, ISandbox sandbox, int seconds, bool keepMemory)
    {
        var anew = sandbox.Info.FilesOnly || !keepMemory;
        await sandbox.ResumeAsync(SandboxTimeouts.Positive(seconds, call.Options), keepMemory, call.Cancellation);
        if (anew)
            await SandboxEnvironment.ConfigureAsync(sandbox, call.Options, call.Cancellation);
        await WriteAsync(call, sandbox, 201);
    }

    private static Task<TimeoutRequest> ReadAsync(ControlCall call) =>
        E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.TimeoutRequest);

    private static async Task WriteAsync(ControlCall call, ISandbox sandbox, int status)
    {
        var template = await call.Templates.FindAsync(call.Tenant, sandbox.Info.Spec.Template, call.Cancellation);
        await E2bResponses.WriteAsync(call.Http, status, SandboxViews.Created(sandbox.Info, template, call.Options), E2bJson.Default.SandboxCreated);
    }
}

using System.Text.Json;
using Caisson.Core.Sandboxes;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Envd;
using Caisson.Dialects.E2b.Http;
using Caisson.Dialects.E2b.Policy;
using Caisson.Dialects.E2b.Volumes;
using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Starts sandboxes.</summary>
internal static class CreateSandbox
{
    public static Task V2Async(ControlCall call) => InvokeAsync(call, defaultTimeout: 300);

    public static Task V1Async(ControlCall call) => InvokeAsync(call, defaultTimeout: 15);

    private static async Task InvokeAsync(ControlCall call, int defaultTimeout)
    {
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.NewSandbox);
        if (string.IsNullOrEmpty(body.TemplateId))
            throw new E2bHttpException(400, "templateID is required");
        var timeout = SandboxTimeouts.Positive(body.Timeout ?? defaultTimeout, call.Options);
        RefuseWhatIsNotThere(body);
        var environment = Checked(body.EnvVars, "envVars");
        var metadata = Checked(body.Metadata, "metadata");
        var egress = NetworkPolicy.Egress(body.Network, body.AllowInternetAccess);
        var ingress = NetworkPolicy.Ingress(body.Network);
        var volumes = VolumeCalls.Mounts(call, body.VolumeMounts);
        var template = await call.Templates.FindAsync(call.Tenant, body.TemplateId, call.Cancellation)
            ?? OfSnapshot(call, body.TemplateId)
            ?? throw new E2bHttpException(404, $"template '{body.TemplateId}' not found");

        var sandbox = await call.Engine.CreateAsync(
            call.Tenant,
            new SandboxSpec
            {
                Template = template.Id,
                Wall = call.Options.Wall,
                Resources = template.Resources ?? call.Options.Resources,
                Environment = environment,
                Metadata = metadata,
                Lifecycle = new Lifecycle
                {
                    Timeout = timeout,
                    OnTimeout = body.AutoPause == true ? TimeoutAction.Pause : TimeoutAction.Kill,
                    KeepMemory = body.AutoPauseMemory != false,
                    AutoResume = body.AutoResume?.Enabled == true,
                },
                Volumes = volumes,
                Egress = egress,
                Ingress = ingress,
            },
            call.Cancellation);
        await ConfigureAsync(sandbox, call);
        // Its kernels get ready while the client has not yet asked for one.
        if (call.Interpreter.Serves(sandbox.Info))
            call.Interpreter.Of(sandbox);
        await E2bResponses.WriteAsync(call.Http, 201, SandboxViews.Created(sandbox.Info, template, call.Options), E2bJson.Default.SandboxCreated);
    }

    /// <summary>Tells the guest of the variables that repeat the sandbox's own id; where that fails the sandbox goes.</summary>
    public static async Task ConfigureAsync(ISandbox sandbox, ControlCall call)
    {
        try
        {
            // Only now is the id known that the sandbox's own variables repeat.
            await SandboxEnvironment.ConfigureAsync(sandbox, call.Options, call.Cancellation);
        }
        catch
        {
            await sandbox.KillAsync(CancellationToken.None);
            throw;
        }
    }

    private static E2bTemplate? OfSnapshot(ControlCall call, string reference) =>
        SnapshotNames.Find(call.Engine.Snapshots, call.Tenant, reference) is { } snapshot
            ? new E2bTemplate(snapshot.Id, snapshot.Name, snapshot.Resources)
            : null;

    private static void RefuseWhatIsNotThere(NewSandbox body)
    {
        if (body.AutoPauseMemory == false && body.AutoPause != true)
            throw new E2bHttpException(400, "autoPauseMemory: false requires autoPause: true");
        if (body.AutoResume?.Enabled == true && body.AutoPauseMemory == false)
            throw new E2bHttpException(400, "autoResume cannot be combined with autoPauseMemory: false");
        if (body.AutoResume?.Enabled == true && body.AutoPause != true)
            throw new E2bHttpException(400, "autoResume requires autoPause: true");
        if (body.Iam is { ValueKind: JsonValueKind.Object } iam && iam.TryGetProperty("tokens", out var tokens)
            && tokens.ValueKind == JsonValueKind.Object && tokens.EnumerateObject().Any())
        {
            throw Unsupported.Feature("workload identity (iam.tokens)");
        }
    }

    private static Dictionary<string, string> Checked(Dictionary<string, string>? pairs, string field)
    {
        pairs ??= [];
        foreach (var (key, value) in pairs)
        {
            if (key.Length == 0 || value is null || key.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal))
                throw new E2bHttpException(400, $"{field}: keys must not be empty and values must be text without NUL");
            if (field == "envVars" && key.Contains('=', StringComparison.Ordinal))
                throw new E2bHttpException(400, $"{field}: a variable's name must not contain '='");
        }

        return pairs;
    }
}

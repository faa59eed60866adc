using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>The control plane's paths, all in one place.</summary>
internal static class ControlPlaneEndpoints
{
    private static readonly string[] _get = ["GET"];
    private static readonly string[] _post = ["POST"];
    private static readonly string[] _put = ["PUT"];
    private static readonly string[] _delete = ["DELETE"];
    private static readonly string[] _any = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        Add(routes, _post, "/v2/sandboxes", CreateSandbox.V2Async);
        Add(routes, _post, "/sandboxes", CreateSandbox.V1Async);
        Add(routes, _get, "/v2/sandboxes", ListSandboxes.V2Async);
        Add(routes, _get, "/sandboxes", ListSandboxes.V1Async);
        Add(routes, _get, "/sandboxes/metrics", SandboxMetrics.ManyAsync);
        Add(routes, _get, "/sandboxes/{id}", SandboxLife.GetAsync);
        Add(routes, _delete, "/sandboxes/{id}", SandboxLife.KillAsync);
        Add(routes, _post, "/v2/sandboxes/{id}/connect", PauseSandbox.ConnectV2Async);
        Add(routes, _post, "/sandboxes/{id}/connect", PauseSandbox.ConnectV1Async);
        Add(routes, _post, "/sandboxes/{id}/timeout", SandboxLife.TimeoutAsync);
        Add(routes, _post, "/sandboxes/{id}/refreshes", SandboxLife.RefreshAsync);
        Add(routes, _post, "/sandboxes/{id}/resume", PauseSandbox.ResumeAsync);
        Add(routes, _put, "/sandboxes/{id}/network", UpdateNetwork.InvokeAsync);
        Add(routes, _get, "/sandboxes/{id}/metrics", SandboxMetrics.OneAsync);
        Add(routes, _get, "/sandboxes/{id}/logs", SandboxLogs.V1Async);
        Add(routes, _get, "/v2/sandboxes/{id}/logs", SandboxLogs.V2Async);
        Add(routes, _get, "/templates/aliases/{name}", TemplateAliases.GetAsync);

        Add(routes, _post, "/sandboxes/{id}/pause", PauseSandbox.PauseAsync);
        Add(routes, _post, "/sandboxes/{id}/fork", Copies.ForkAsync);
        Add(routes, _post, "/sandboxes/{id}/snapshots", Copies.SnapshotAsync);
        Add(routes, _get, "/snapshots", Copies.ListAsync);
        Add(routes, _delete, "/templates/{reference}", Copies.DeleteAsync);
        foreach (var (path, feature) in Unsupported.Paths)
            Add(routes, _any, path, _ => throw Unsupported.Feature(feature));
    }

    private static void Add(IEndpointRouteBuilder routes, string[] methods, string path, Func<ControlCall, Task> operation) =>
        routes.MapMethods(path, methods, ControlEndpoint.Of(operation));
}

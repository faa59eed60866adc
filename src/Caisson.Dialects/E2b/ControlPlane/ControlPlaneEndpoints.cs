using Caisson.Dialects.E2b.ControlPlane.Templates;
using Caisson.Dialects.E2b.Secrets;
using Caisson.Dialects.E2b.Volumes;
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
    private static readonly string[] _patch = ["PATCH"];
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

        Add(routes, _post, "/sandboxes/{id}/pause", PauseSandbox.PauseAsync);
        Add(routes, _post, "/sandboxes/{id}/fork", Copies.ForkAsync);
        Add(routes, _post, "/sandboxes/{id}/snapshots", Copies.SnapshotAsync);
        Add(routes, _get, "/snapshots", Copies.ListAsync);
        MapTemplates(routes);
        Add(routes, _post, "/volumes", VolumeCalls.CreateAsync);
        Add(routes, _get, "/volumes", VolumeCalls.ListAsync);
        Add(routes, _get, "/volumes/{volume}", VolumeCalls.GetAsync);
        Add(routes, _delete, "/volumes/{volume}", VolumeCalls.DeleteAsync);
        routes.MapMethods("/volumecontent/{volume}/path", _get, VolumeContent.StatAsync);
        routes.MapMethods("/volumecontent/{volume}/path", _patch, VolumeContent.ChangeAsync);
        routes.MapMethods("/volumecontent/{volume}/path", _delete, VolumeContent.RemoveAsync);
        routes.MapMethods("/volumecontent/{volume}/dir", _get, VolumeContent.ListAsync);
        routes.MapMethods("/volumecontent/{volume}/dir", _post, VolumeContent.MakeDirectoryAsync);
        routes.MapMethods("/volumecontent/{volume}/file", _get, VolumeContent.ReadAsync);
        routes.MapMethods("/volumecontent/{volume}/file", _put, VolumeContent.WriteAsync);
        Add(routes, _post, "/secrets", SecretCalls.CreateAsync);
        Add(routes, _get, "/secrets", SecretCalls.ListAsync);
        Add(routes, _get, "/secrets/{secret}", SecretCalls.GetAsync);
        Add(routes, _post, "/secrets/{secret}", SecretCalls.UpdateAsync);
        Add(routes, _delete, "/secrets/{secret}", SecretCalls.DeleteAsync);
    }

    private static void MapTemplates(IEndpointRouteBuilder routes)
    {
        Add(routes, _post, "/v3/templates", TemplateBuilds.RequestAsync);
        Add(routes, _post, "/v2/templates/{reference}/builds/{build}", TemplateBuilds.StartAsync);
        Add(routes, _get, "/templates/{reference}/builds/{build}/status", TemplateStatus.GetAsync);
        Add(routes, _get, "/templates/{reference}/builds/{build}/logs", TemplateStatus.LogsAsync);
        Add(routes, _get, "/templates/{reference}/files/{hash}", TemplateFiles.LinkAsync);
        routes.MapMethods("/templates/{reference}/files/{hash}", _put, TemplateFiles.UploadAsync);
        Add(routes, _get, "/templates/aliases/{name}", TemplateCatalogue.AliasAsync);
        Add(routes, _post, "/templates/tags", TemplateTags.AssignAsync);
        Add(routes, _delete, "/templates/tags", TemplateTags.RemoveAsync);
        Add(routes, _get, "/templates/{reference}/tags", TemplateTags.ListAsync);
        Add(routes, _get, "/templates", TemplateCatalogue.ListAsync);
        Add(routes, _get, "/v2/templates", TemplateCatalogue.ListPageAsync);
        Add(routes, _get, "/templates/{reference}", TemplateCatalogue.GetAsync);
        Add(routes, _patch, "/templates/{reference}", TemplateCatalogue.ShareAsync);
        Add(routes, _patch, "/v2/templates/{reference}", TemplateCatalogue.ShareAsync);
        Add(routes, _delete, "/templates/{reference}", TemplateCatalogue.DeleteAsync);
    }

    private static void Add(IEndpointRouteBuilder routes, string[] methods, string path, Func<ControlCall, Task> operation) =>
        routes.MapMethods(path, methods, ControlEndpoint.Of(operation));
}

using Caisson.Connect;
using Caisson.Dialects.E2b.Envd.Files;
using Caisson.Dialects.E2b.Envd.Filesystem;
using Caisson.Dialects.E2b.Envd.Process;
using Caisson.Dialects.E2b.Envd.Rest;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.Envd;

/// <summary>Every path of envd by "METHOD path".</summary>
internal static class EnvdRoutes
{
    /// <summary>Routes that only the control plane may call.</summary>
    public static IReadOnlySet<string> Internal { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "/init", "/freeze", "/unfreeze", "/collapse", "/fsfreeze", "/fsthaw", "/upgrade",
    };

    public static Dictionary<string, RequestDelegate> Build(ConnectOptions options, DirectoryWatchers watchers)
    {
        var routes = new Dictionary<string, RequestDelegate>(StringComparer.Ordinal)
        {
            ["GET /health"] = EnvdRest.Of(EnvdInfo.HealthAsync),
            ["GET /metrics"] = EnvdRest.Of(EnvdInfo.MetricsAsync),
            ["GET /envs"] = EnvdRest.Of(EnvdInfo.EnvironmentAsync),
            ["GET /files"] = EnvdRest.Of(DownloadFile.InvokeAsync),
            ["POST /files"] = EnvdRest.Of(UploadFiles.InvokeAsync),
            ["POST /files/compose"] = EnvdRest.Of(ComposeFiles.InvokeAsync),
        };
        ProcessService.Add(routes, options);
        FilesystemService.Add(routes, options);
        WatcherService.Add(routes, options, watchers);
        return routes;
    }
}

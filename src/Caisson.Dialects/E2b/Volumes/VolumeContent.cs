using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Core.Volumes;
using Caisson.Dialects.E2b.Http;
using Caisson.Dialects.E2b.Routing;
using Caisson.Dialects.E2b.Volumes.Wire;
using Caisson.Engine.Volumes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Caisson.Dialects.E2b.Volumes;

/// <summary>Files of a volume, reached by its own token.</summary>
internal static class VolumeContent
{
    private const string Bearer = "Bearer ";
    private const int MaxMetadataBytes = 64 << 10;

    public static Task StatAsync(HttpContext http) => RunAsync(http, async files =>
        await WriteAsync(http, 200, await files.StatAsync(Path(http), http.RequestAborted)));

    public static Task ChangeAsync(HttpContext http) => RunAsync(http, async files =>
    {
        var body = await E2bRequests.ReadAsync(http, MaxMetadataBytes, E2bJson.Default.VolumeMetadata);
        await WriteAsync(http, 200, await files.ChangeAsync(Path(http), new VolumeAttributes(body.Uid, body.Gid, body.Mode), http.RequestAborted));
    });

    public static Task RemoveAsync(HttpContext http) => RunAsync(http, async files =>
    {
        await files.RemoveAsync(Path(http), http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    });

    public static Task ListAsync(HttpContext http) => RunAsync(http, async files =>
    {
        var entries = await files.ListAsync(Path(http), (int)(Number(http, "depth") ?? 1), http.RequestAborted);
        await E2bResponses.WriteAsync(http, 200, [.. entries.Select(VolumeStat.Of)], E2bJson.Default.VolumeStatArray);
    });

    public static Task MakeDirectoryAsync(HttpContext http) => RunAsync(http, async files =>
        await WriteAsync(http, 201, await files.MakeDirectoryAsync(Path(http), Attributes(http), Force(http), http.RequestAborted)));

    public static Task ReadAsync(HttpContext http) => RunAsync(http, async files =>
    {
        await using var content = await files.ReadAsync(Path(http), http.RequestAborted);
        http.Response.ContentType = "application/octet-stream";
        if (content.Length == 0)
            http.Response.ContentLength = 0;
        await content.CopyToAsync(http.Response.Body, http.RequestAborted);
    });

    public static Task WriteAsync(HttpContext http) => RunAsync(http, async files =>
        await WriteAsync(http, 201, await files.WriteAsync(Path(http), http.Request.Body, Attributes(http), Force(http), http.RequestAborted)));

    private static async Task RunAsync(HttpContext http, Func<IVolumeFiles, Task> work)
    {
        RequestLimits.Lift(http);
        try
        {
            var volumes = http.RequestServices.GetRequiredService<IVolumeCatalog>();
            var header = http.Request.Headers.Authorization.ToString();
            var token = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..] : "";
            var volume = volumes.FindByToken(http.GetRouteValue("volume") as string ?? "", token)
                ?? throw new E2bHttpException(401, "the token is not that of this volume");
            using var lease = await volumes.OpenAsync(volume, http.RequestAborted);
            await work(lease.Files);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
        }
        catch (Exception e) when (!http.Response.HasStarted && e is E2bHttpException or BadHttpRequestException or CaissonException)
        {
            var (status, message) = Describe(e);
            await E2bResponses.WriteAsync(http, status, new VolumeError(status.ToString(CultureInfo.InvariantCulture), message), E2bJson.Default.VolumeError);
        }
        catch (Exception) when (http.Response.HasStarted)
        {
            // The client tells half a file by the connection breaking.
            http.Abort();
        }
    }

    private static (int Status, string Message) Describe(Exception e) => e switch
    {
        E2bHttpException known => (known.Status, known.Message),
        BadHttpRequestException bad => (bad.StatusCode, bad.Message),
        CaissonException { Code: ErrorCode.ResourceExhausted, Kind: FailureKind.Quota } full => (507, full.Message),
        CaissonException { Code: ErrorCode.Internal } => (500, "internal error"),
        CaissonException failure => (E2bError.StatusOf(failure.Code), failure.Message),
        _ => (500, "internal error"),
    };

    private static Task WriteAsync(HttpContext http, int status, VolumeEntry entry) => E2bResponses.WriteAsync(http, status, VolumeStat.Of(entry), E2bJson.Default.VolumeStat);

    private static string Path(HttpContext http) => http.Request.Query["path"].ToString() is { Length: > 0 } path ? path : throw new E2bHttpException(400, "path is required");

    private static VolumeAttributes Attributes(HttpContext http) => new(Number(http, "uid"), Number(http, "gid"), (int?)Number(http, "mode"));

    private static bool Force(HttpContext http) => http.Request.Query["force"].ToString() switch
    {
        "" or "false" => false,
        "true" => true,
        _ => throw new E2bHttpException(400, "force must be true or false"),
    };

    private static uint? Number(HttpContext http, string name)
    {
        var text = http.Request.Query[name].ToString();
        if (text.Length == 0)
            return null;
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue
            ? number
            : throw new E2bHttpException(400, $"{name} must be a number");
    }
}

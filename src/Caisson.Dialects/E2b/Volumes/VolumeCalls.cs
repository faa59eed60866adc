using Caisson.Core.Sandboxes;
using Caisson.Dialects.E2b.ControlPlane;
using Caisson.Dialects.E2b.Http;
using Caisson.Dialects.E2b.Volumes.Wire;
using Caisson.Engine.Volumes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Caisson.Dialects.E2b.Volumes;

/// <summary>Making, finding and removing volumes, and mounting them at a creation.</summary>
internal static class VolumeCalls
{
    public static async Task CreateAsync(ControlCall call)
    {
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.NewVolume);
        if (string.IsNullOrEmpty(body.Name))
            throw new E2bHttpException(400, "name is required");
        await WriteAsync(call, 201, await Catalog(call).CreateAsync(call.Tenant, body.Name, null, call.Cancellation));
    }

    public static Task ListAsync(ControlCall call) => E2bResponses.WriteAsync(
        call.Http, 200, [.. Catalog(call).List(call.Tenant).Select(volume => new VolumeView(volume.Id, volume.Name, null))], E2bJson.Default.VolumeViewArray);

    public static Task GetAsync(ControlCall call) => WriteAsync(call, 200, Find(call));

    public static async Task DeleteAsync(ControlCall call)
    {
        var volume = Find(call);
        if (!await Catalog(call).DeleteAsync(call.Tenant, volume.Id, CancellationToken.None))
            throw NotFound(volume.Id);
        call.NoContent();
    }

    /// <summary>The volumes that a new sandbox is to have; one that is not there is the caller's mistake.</summary>
    public static IReadOnlyList<VolumeMount> Mounts(ControlCall call, List<VolumeMountView?>? asked)
    {
        if (asked is not { Count: > 0 })
            return [];
        var volumes = Catalog(call);
        return [.. asked.Select(mount =>
        {
            if (mount is not { Name.Length: > 0, Path.Length: > 0 })
                throw new E2bHttpException(400, "volumeMounts: each has a name and a path");
            var found = volumes.Find(call.Tenant, mount.Name) ?? throw new E2bHttpException(400, $"volume '{mount.Name}' not found");
            return new VolumeMount(found.Name, mount.Path);
        })];
    }

    private static VolumeInfo Find(ControlCall call)
    {
        var id = call.Http.GetRouteValue("volume") as string ?? "";
        return Catalog(call).List(call.Tenant).FirstOrDefault(volume => volume.Id == id) ?? throw NotFound(id);
    }

    private static Task WriteAsync(ControlCall call, int status, VolumeInfo volume) =>
        E2bResponses.WriteAsync(call.Http, status, new VolumeView(volume.Id, volume.Name, volume.Token), E2bJson.Default.VolumeView);

    private static IVolumeCatalog Catalog(ControlCall call) => call.Http.RequestServices.GetRequiredService<IVolumeCatalog>();

    private static E2bHttpException NotFound(string id) => new(404, $"volume '{id}' not found");
}

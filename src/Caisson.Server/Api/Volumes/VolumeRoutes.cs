using Caisson.Core.Failures;
using Caisson.Core.Volumes;
using Caisson.Engine.Volumes;
using Caisson.Server.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Caisson.Server.Api.Volumes;

/// <summary>Making, listing and removing volumes; each is named by its id or its name.</summary>
internal static class VolumeRoutes
{
    private static readonly VolumeQuota _default = new(1L << 30, 65_536);

    public static void Map(RouteGroupBuilder api)
    {
        var routes = api.MapGroup("/volumes").WithTags("volumes");
        routes.MapPost("", CreateAsync).Describe("createVolume", "Makes an empty volume", "Sandboxes that name it under `volumes` share its files.", Resource.Volume, Verb.Write);
        routes.MapGet("", List).Describe("listVolumes", "Lists volumes", null, Resource.Volume, Verb.Read);
        routes.MapGet("/{id}", Get).Describe("getVolume", "Describes a volume", null, Resource.Volume, Verb.Read);
        routes.MapDelete("/{id}", DeleteAsync).Describe("deleteVolume", "Removes a volume with all in it",
            "Refused while a sandbox, running or paused, has it.", Resource.Volume, Verb.Write);
        VolumeFileRoutes.Map(routes.MapGroup("/{id}/files").WithTags("volumes"));
    }

    /// <summary>The caller's volume of that id or name.</summary>
    public static VolumeInfo Find(IVolumeCatalog volumes, Call call, string id) =>
        volumes.Find(call.Caller.Tenant, id) ?? throw new CaissonException(ErrorCode.NotFound, "There is no such volume.", "List them with GET /v1/volumes.");

    private static async Task<Created<VolumeBody>> CreateAsync(CreateVolume body, Call call, IVolumeCatalog volumes, CancellationToken cancellation)
    {
        var quota = new VolumeQuota(body.Bytes ?? _default.Bytes, body.Files ?? (int)Math.Min(_default.Files, (body.Bytes ?? _default.Bytes) / 1024));
        var volume = await volumes.CreateAsync(call.Caller.Tenant, body.Name, quota, cancellation);
        return TypedResults.Created($"/v1/volumes/{volume.Id}", VolumeBody.Of(volume));
    }

    private static Ok<VolumeList> List(Call call, IVolumeCatalog volumes) =>
        TypedResults.Ok(new VolumeList([.. volumes.List(call.Caller.Tenant).Select(VolumeBody.Of)]));

    private static Ok<VolumeBody> Get(string id, Call call, IVolumeCatalog volumes) => TypedResults.Ok(VolumeBody.Of(Find(volumes, call, id)));

    private static async Task<NoContent> DeleteAsync(string id, Call call, IVolumeCatalog volumes, CancellationToken cancellation)
    {
        await volumes.DeleteAsync(call.Caller.Tenant, Find(volumes, call, id).Id, cancellation);
        return TypedResults.NoContent();
    }
}

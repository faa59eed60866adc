using Caisson.Core.Sandboxes;
using Caisson.Dialects.E2b.ControlPlane.Templates.Wire;
using Caisson.Dialects.E2b.Http;
using Microsoft.AspNetCore.Routing;

namespace Caisson.Dialects.E2b.ControlPlane.Templates;

/// <summary>Asking for builds and giving them their steps.</summary>
internal static class TemplateBuilds
{
    private const int MostCpus = 256;
    private const int LeastMemory = 64;
    private const int MostMemory = 1 << 20;
    private const int MostDisk = 1 << 20;

    public static async Task RequestAsync(ControlCall call)
    {
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.NewTemplate);
        var given = body.Name is { Length: > 0 } ? body.Name : body.Alias;
        if (string.IsNullOrEmpty(given))
            throw new E2bHttpException(400, "name is required");
        var own = OwnPart(call.Tenant, given.ToLowerInvariant());
        var colon = own.IndexOf(':', StringComparison.Ordinal);
        var tags = (body.Tags ?? []).Select(tag => tag?.ToLowerInvariant() ?? "").ToList();
        if (colon >= 0)
            tags.Insert(0, own[(colon + 1)..]);
        var (template, build) = await call.Builds.RequestAsync(
            call.Tenant, colon < 0 ? own : own[..colon], tags, Resources(body, call.Options.Resources), call.Cancellation);
        await E2bResponses.WriteAsync(
            call.Http, 202, new TemplateRequested(template.Id, build.Id, [TemplateViews.NameOf(template)], [template.Name], build.Tags, template.Public), E2bJson.Default.TemplateRequested);
    }

    public static async Task StartAsync(ControlCall call)
    {
        var build = TemplateStatus.BuildOf(call);
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxTemplateBytes, E2bJson.Default.BuildStart);
        await call.Builds.StartBuildAsync(call.Tenant, build.Id, TemplateSteps.Recipe(body, call.Options.BuildEgress), call.Cancellation);
        call.Http.Response.StatusCode = 202;
    }

    /// <summary>A reference without the caller's own team; another's is refused.</summary>
    public static string OwnPart(string tenant, string reference)
    {
        if (reference.StartsWith($"{tenant}/", StringComparison.OrdinalIgnoreCase))
            return reference[(tenant.Length + 1)..];
        return reference.Contains('/', StringComparison.Ordinal)
            ? throw new E2bHttpException(403, "a name's first part must be your own team")
            : reference;
    }

    /// <summary>The reference that the path holds, however it was encoded.</summary>
    public static string Reference(ControlCall call, string name = "reference") => Uri.UnescapeDataString(call.Http.GetRouteValue(name) as string ?? "");

    private static Resources Resources(NewTemplate body, Resources usual)
    {
        if (body.CpuCount is < 1 or > MostCpus)
            throw new E2bHttpException(400, $"cpuCount must be between 1 and {MostCpus}");
        if (body.MemoryMb is < LeastMemory or > MostMemory)
            throw new E2bHttpException(400, $"memoryMB must be between {LeastMemory} and {MostMemory}");
        if (body.MinFreeDiskMb is < 0 or > MostDisk)
            throw new E2bHttpException(400, $"minFreeDiskMb must be between 0 and {MostDisk}");
        return usual with
        {
            Cpus = body.CpuCount ?? usual.Cpus,
            MemoryBytes = body.MemoryMb is { } memory ? (long)memory << 20 : usual.MemoryBytes,
            DiskBytes = body.MinFreeDiskMb is { } disk ? Math.Max((long)disk << 20, usual.DiskBytes) : usual.DiskBytes,
        };
    }
}

using System.Globalization;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Http;
using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>What sandboxes use and used.</summary>
internal static class SandboxMetrics
{
    public static Task OneAsync(ControlCall call)
    {
        var samples = call.Sandbox().Metrics;
        var start = Moment(call, "start");
        var end = Moment(call, "end");
        MetricEntry[] entries =
        [
            .. samples.Select(View).Where(entry => (start is null || entry.TimestampUnix >= start) && (end is null || entry.TimestampUnix <= end)),
        ];
        return E2bResponses.WriteAsync(call.Http, 200, entries, E2bJson.Default.MetricEntryArray);
    }

    public static Task ManyAsync(ControlCall call)
    {
        var ids = call.Query("sandbox_ids").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (ids.Length > 100)
            throw new E2bHttpException(400, "sandbox_ids takes at most 100 ids");
        var latest = new Dictionary<string, MetricEntry>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            if (call.Engine.Find(id) is { } sandbox && sandbox.Info.Tenant == call.Tenant && sandbox.Metrics is [.., var last])
                latest[id] = View(last);
        }

        return E2bResponses.WriteAsync(call.Http, 200, new MetricsBySandbox(latest), E2bJson.Default.MetricsBySandbox);
    }

    private static MetricEntry View(SandboxMetric sample) => new(
        SandboxViews.Time(sample.At),
        sample.At.ToUnixTimeSeconds(),
        SandboxViews.Cpus(sample.Cpus),
        Math.Round(sample.CpuPercent, 2),
        sample.MemoryUsed,
        sample.MemoryTotal,
        sample.MemoryCache,
        sample.DiskUsed,
        sample.DiskTotal);

    private static long? Moment(ControlCall call, string name)
    {
        if (call.Query(name) is not { Length: > 0 } text)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : throw new E2bHttpException(400, $"{name} must be a Unix time in seconds");
    }
}

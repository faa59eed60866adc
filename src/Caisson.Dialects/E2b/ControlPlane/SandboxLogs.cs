using System.Globalization;
using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Http;
using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>A sandbox's timeline as log lines.</summary>
internal static class SandboxLogs
{
    private const int MostEntries = 1000;
    private const int PageSize = 1000;

    private static readonly string[] _levels = ["debug", "info", "warn", "error"];

    public static Task V1Async(ControlCall call)
    {
        var start = Number(call, "start", 0);
        var limit = Limit(call);
        LogEntry[] entries = [.. Read(call.Sandbox()).Where(log => log.At >= start).Take(limit).Select(log => log.Entry)];
        var logs = new LogsV1([.. entries.Select(entry => new LogLine(entry.Timestamp, entry.Message))], entries);
        return E2bResponses.WriteAsync(call.Http, 200, logs, E2bJson.Default.LogsV1);
    }

    public static Task V2Async(ControlCall call)
    {
        var limit = Limit(call);
        var direction = call.Query("direction");
        if (direction is not ("" or "forward" or "backward"))
            throw new E2bHttpException(400, "direction must be forward or backward");
        var backward = direction == "backward";
        var cursor = Number(call, "cursor", backward ? long.MaxValue : 0);
        var level = call.Query("level");
        var lowest = level.Length == 0 ? 0 : Array.IndexOf(_levels, level);
        if (lowest < 0)
            throw new E2bHttpException(400, "level must be debug, info, warn or error");
        var search = call.Query("search");

        var matching = Read(call.Sandbox())
            .Where(log => backward ? log.At <= cursor : log.At >= cursor)
            .Where(log => Array.IndexOf(_levels, log.Entry.Level) >= lowest)
            .Where(log => log.Entry.Message.Contains(search, StringComparison.OrdinalIgnoreCase))
            .Select(log => log.Entry);
        LogEntry[] entries = backward ? [.. matching.TakeLast(limit).Reverse()] : [.. matching.Take(limit)];
        return E2bResponses.WriteAsync(call.Http, 200, new LogsV2(entries), E2bJson.Default.LogsV2);
    }

    private static IEnumerable<(long At, LogEntry Entry)> Read(ISandbox sandbox)
    {
        var after = 0L;
        while (sandbox.ReadTimeline(after, PageSize) is { Count: > 0 } page)
        {
            foreach (var entry in page)
                yield return (entry.At.ToUnixTimeMilliseconds(), LogEntries.Of(entry));
            after = page[^1].Sequence;
        }
    }

    private static int Limit(ControlCall call)
    {
        var limit = Number(call, "limit", MostEntries);
        return limit is >= 0 and <= MostEntries ? (int)limit : throw new E2bHttpException(400, $"limit must be between 0 and {MostEntries}");
    }

    private static long Number(ControlCall call, string name, long absent)
    {
        if (call.Query(name) is not { Length: > 0 } text)
            return absent;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new E2bHttpException(400, $"{name} must be a whole number");
    }
}

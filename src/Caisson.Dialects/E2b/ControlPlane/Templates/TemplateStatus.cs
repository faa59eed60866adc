using System.Globalization;
using Caisson.Dialects.E2b.ControlPlane.Templates.Wire;
using Caisson.Dialects.E2b.Http;
using Caisson.Engine.Templates;
using Caisson.Engine.Templates.Builds;

namespace Caisson.Dialects.E2b.ControlPlane.Templates;

/// <summary>How builds stand, and their logs.</summary>
internal static class TemplateStatus
{
    private const int MostEntries = 100;
    private const int WholeLog = 20_000;
    private const int LastEntries = 10;

    /// <summary>The caller's build that the path names.</summary>
    public static TemplateBuild BuildOf(ControlCall call)
    {
        var build = call.Builds.GetBuild(call.Tenant, TemplateBuilds.Reference(call, "build"));
        return build.TemplateId == TemplateBuilds.Reference(call) ? build : throw new E2bHttpException(404, $"template '{TemplateBuilds.Reference(call)}' has no such build");
    }

    public static Task GetAsync(ControlCall call)
    {
        var build = BuildOf(call);
        var after = Number(call, "logsOffset", 0, 0, int.MaxValue);
        var limit = Number(call, "limit", MostEntries, 1, MostEntries);
        // Of the state that was read first: what was said before it ended is there when it has.
        var entries = Level(call) is { } level
            ? call.Builds.ReadLog(call.Tenant, build.Id, 0, WholeLog).Where(entry => entry.Level >= level).Skip(after).Take(limit)
            : call.Builds.ReadLog(call.Tenant, build.Id, after, limit);
        var view = new BuildStatusView(build.TemplateId, build.Id, TemplateViews.StatusOf(build.State), [.. entries.Select(TemplateViews.Line)], [], Reason(call, build));
        return E2bResponses.WriteAsync(call.Http, 200, view, E2bJson.Default.BuildStatusView);
    }

    public static Task LogsAsync(ControlCall call)
    {
        var build = BuildOf(call);
        var limit = Number(call, "limit", MostEntries, 1, MostEntries);
        var direction = call.Query("direction");
        if (direction is not ("" or "forward" or "backward"))
            throw new E2bHttpException(400, "direction must be forward or backward");
        var cursor = call.Query("cursor") is { Length: > 0 } text
            ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var moment) ? moment : throw new E2bHttpException(400, "cursor must be a time in milliseconds")
            : (long?)null;
        var all = call.Builds.ReadLog(call.Tenant, build.Id, 0, WholeLog).Where(entry => entry.Level >= (Level(call) ?? BuildLogLevel.Debug));
        var found = direction == "backward"
            ? all.Reverse().Where(entry => cursor is null || entry.Time.ToUnixTimeMilliseconds() <= cursor)
            : all.Where(entry => cursor is null || entry.Time.ToUnixTimeMilliseconds() >= cursor);
        return E2bResponses.WriteAsync(call.Http, 200, new BuildLogsView([.. found.Take(limit).Select(TemplateViews.Line)]), E2bJson.Default.BuildLogsView);
    }

    private static BuildReason? Reason(ControlCall call, TemplateBuild build)
    {
        if (build.State != TemplateBuildState.Failed)
            return null;
        var last = call.Builds.ReadLog(call.Tenant, build.Id, 0, WholeLog).Where(entry => build.FailedStep is null || entry.Step == build.FailedStep).TakeLast(LastEntries);
        return new BuildReason(build.Message ?? "the build failed", build.FailedStep, [.. last.Select(TemplateViews.Line)]);
    }

    private static BuildLogLevel? Level(ControlCall call) => call.Query("level") switch
    {
        "" => null,
        "debug" => BuildLogLevel.Debug,
        "info" => BuildLogLevel.Info,
        "warn" => BuildLogLevel.Warn,
        "error" => BuildLogLevel.Error,
        _ => throw new E2bHttpException(400, "level must be debug, info, warn or error"),
    };

    private static int Number(ControlCall call, string name, int usual, int least, int most)
    {
        if (call.Query(name) is not { Length: > 0 } text)
            return usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new E2bHttpException(400, $"{name} must be between {least} and {most}");
    }
}

using System.Text.Json;
using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Wire;

namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>Sessions: opened, given actions, closed.</summary>
internal static class SessionCalls
{
    private const int MostSources = 64;

    public static async Task<byte[]> CreateAsync(SweRexCall call)
    {
        var request = await call.ReadAsync(SweRexJson.Default.CreateSession);
        RequireBash(request.SessionType);
        if (request.StartupSource.Count > MostSources || request.StartupSource.Any(path => path is null || path.AsSpan().ContainsAny('\n', '\0')))
            throw RefusedException.Invalid("startup_source", $"At most {MostSources} paths, each in one line");
        // Nothing was in it yet that a client could miss.
        var sandbox = await call.Sandboxes.UseAsync(call.Address, call.Cancellation, afresh: true);
        var output = await sandbox.HoldAsync(sandbox.Sessions.OpenAsync(await sandbox.Ready, request, call.Cancellation), call.Cancellation);
        return SweRexCall.Answer(new SessionCreated(output), SweRexJson.Default.SessionCreated);
    }

    public static async Task<byte[]> RunAsync(SweRexCall call)
    {
        using var body = await RequestBody.ReadAsync(call.Http);
        var type = body.RootElement.TryGetProperty("action_type", out var named) && named.ValueKind == JsonValueKind.String ? RequestBody.Text(named, "action_type") : null;
        var observation = type switch
        {
            "bash" => await RunAsync(call, RequestBody.Of(body.RootElement, SweRexJson.Default.BashAction)),
            "bash_interrupt" => await InterruptAsync(call, RequestBody.Of(body.RootElement, SweRexJson.Default.BashInterrupt)),
            _ => throw RefusedException.Invalid("action_type", "Input should be 'bash' or 'bash_interrupt'", "union_tag_invalid"),
        };
        return SweRexCall.Answer(observation, SweRexJson.Default.Observation);
    }

    public static async Task<byte[]> CloseAsync(SweRexCall call)
    {
        var request = await call.ReadAsync(SweRexJson.Default.CloseSession);
        RequireBash(request.SessionType);
        var sandbox = call.Sandboxes.Find(call.Address) ?? throw RaisedFailure.NoSession(request.Session);
        await sandbox.Sessions.CloseAsync(request.Session);
        return SweRexCall.Answer(new SessionClosed(), SweRexJson.Default.SessionClosed);
    }

    private static async Task<Observation> RunAsync(SweRexCall call, BashAction action)
    {
        if (action.Check is not ("silent" or "raise" or "ignore"))
            throw RefusedException.Invalid("check", "Input should be 'silent', 'raise' or 'ignore'", "literal_error");
        if (action.Command.Contains('\0', StringComparison.Ordinal))
            throw RefusedException.Invalid("command", "A command has no NUL in it");
        RequestBody.Seconds(action.Timeout, "timeout");
        var sandbox = call.Sandboxes.Find(call.Address) ?? throw RaisedFailure.NoSession(action.Session);
        return await sandbox.HoldAsync(sandbox.Sessions.Get(action.Session).RunAsync(action, call.Cancellation), call.Cancellation);
    }

    private static async Task<Observation> InterruptAsync(SweRexCall call, BashInterrupt action)
    {
        var sandbox = call.Sandboxes.Find(call.Address) ?? throw RaisedFailure.NoSession(action.Session);
        return await sandbox.HoldAsync(sandbox.Sessions.Get(action.Session).InterruptAsync(action, call.Cancellation), call.Cancellation);
    }

    private static void RequireBash(string type)
    {
        if (type != "bash")
            throw RefusedException.Invalid("session_type", "Input should be 'bash'", "literal_error");
    }
}

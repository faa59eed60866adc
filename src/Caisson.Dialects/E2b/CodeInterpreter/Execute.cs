using Caisson.Core.Failures;
using Caisson.Dialects.E2b.CodeInterpreter.Wire;
using Caisson.Dialects.E2b.Envd;
using Caisson.Dialects.E2b.Http;
using Caisson.Interpreter;
using Caisson.Interpreter.Runs;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.CodeInterpreter;

/// <summary>Runs code and streams what happens; a client that goes away interrupts it.</summary>
internal static class Execute
{
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(5);

    public static async Task InvokeAsync(HttpContext http, ISandboxInterpreter interpreter, ExecuteRequest body, TimeProvider time)
    {
        var lines = new ExecutionLines(http, time);
        var starting = interpreter.RunAsync(Checked(body), http.RequestAborted);
        try
        {
            await using var run = await StartedAsync(starting, lines, time);
            var events = KeepAlive.Interleave(run.ReadAsync(http.RequestAborted), _silence, null!, time, http.RequestAborted);
            await foreach (var happened in events)
                await (happened is null ? lines.KeepAliveAsync() : lines.WriteAsync(happened));
        }
        catch (CaissonException failure) when (failure.Code is not ErrorCode.Unavailable && http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            // The status is sent; the reason still reaches the client.
            await lines.WriteAsync(new RunFailed("ContextUnavailable", failure.Message, failure.Remedy ?? ""));
        }

        await lines.EndAsync();
    }

    private static async Task<IRun> StartedAsync(Task<IRun> starting, ExecutionLines lines, TimeProvider time)
    {
        try
        {
            while (true)
            {
                await ((Task)starting).WaitAsync(_silence, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (starting.IsCompleted)
                    return await starting;
                await lines.KeepAliveAsync();
            }
        }
        catch when (!starting.IsCompleted)
        {
            // It is cancelled with the request; if it came through all the same, it is ended.
            await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (starting.IsCompletedSuccessfully)
                await (await starting).DisposeAsync();
            throw;
        }
    }

    private static RunRequest Checked(ExecuteRequest body)
    {
        if (body.Code is null)
            throw new E2bHttpException(400, "code is required");
        if (!string.IsNullOrEmpty(body.ContextId) && !string.IsNullOrEmpty(body.Language))
            throw new E2bHttpException(400, "Only one of context_id or language can be provided");
        var environment = body.EnvVars ?? [];
        foreach (var (name, value) in environment)
        {
            if (name.Length == 0 || value is null || name.AsSpan().ContainsAny('=', '\0') || value.Contains('\0', StringComparison.Ordinal))
                throw new E2bHttpException(400, "env_vars: names must not be empty and must not contain '=', values must be text without NUL");
        }

        return new RunRequest(body.Code, string.IsNullOrEmpty(body.ContextId) ? null : body.ContextId, body.Language, environment);
    }
}

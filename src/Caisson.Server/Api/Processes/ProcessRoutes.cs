using Caisson.Core.Guests;
using Caisson.Server.Auth;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Caisson.Server.Api.Processes;

/// <summary>Running programs inside and talking to them.</summary>
internal static class ProcessRoutes
{
    public static void Map(RouteGroupBuilder api)
    {
        var routes = api.MapGroup("/sandboxes/{id}").WithTags("processes");
        routes.MapPost("/exec", ExecAsync).Describe("exec", "Runs a program",
            "With `Accept: application/x-ndjson` its events are streamed, one JSON object a line (`started`, `output`, `exited`), and it lives on when "
            + "the caller goes away; else the answer comes at its end, with at most 8 MiB of output, and it is killed when the caller goes away.",
            Resource.Process, Verb.Write)
            .Produces<ExecResult>().Produces<ExecLine>(200, ExecStream.MediaType);
        routes.MapGet("/processes", ListAsync).Describe("listProcesses", "Lists live processes", null, Resource.Process, Verb.Read);
        routes.MapGet("/processes/{pid:int}/output", AttachAsync).Describe("attach", "Streams a process's output",
            "From `offset` (0 for all that is kept; from now on when left out), one JSON object a line, until the process ends.", Resource.Process, Verb.Read)
            .Produces<ExecLine>(200, ExecStream.MediaType);
        routes.MapPost("/processes/{pid:int}/input", InputAsync).Describe("sendInput", "Writes to a process's input",
            "The raw body is passed on as it arrives, waiting while the process does not read.", Resource.Process, Verb.Write)
            .WithMetadata(BodyLimit.Streamed).Accepts<Stream>("application/octet-stream", "*/*");
        routes.MapPost("/processes/{pid:int}/input/close", CloseInputAsync)
            .Describe("closeInput", "Closes a process's input", null, Resource.Process, Verb.Write);
        routes.MapPost("/processes/{pid:int}/signal", SignalAsync)
            .Describe("signal", "Sends a process a signal", null, Resource.Process, Verb.Write);
        routes.MapPost("/processes/{pid:int}/resize", ResizeAsync)
            .Describe("resize", "Changes the size of a process's terminal", null, Resource.Process, Verb.Write);
    }

    private static async Task ExecAsync(
        string id, ExecBody body, Call call, HttpContext context, ExecCollector collector, ExecStream stream, CancellationToken cancellation)
    {
        var sandbox = call.Sandbox(id);
        var request = ExecRequestOf.Body(body);
        if (!WantsStream(context.Request))
        {
            var result = await collector.RunAsync(sandbox, request, body.Stdin, cancellation);
            await context.Response.WriteAsJsonAsync(result, Json.ApiJson.Default.ExecResult, cancellationToken: cancellation);
            return;
        }

        if (body.Stdin is not null)
            throw new Core.Failures.CaissonException(Core.Failures.ErrorCode.InvalidArgument, "'stdin' is for collected executions.", "Use 'input' and the input route.");
        var mark = Denials.Mark(sandbox);
        await using var execution = await sandbox.Guest.StartAsync(request, cancellation);
        await stream.WriteAsync(context, sandbox, execution, mark);
    }

    private static async Task<Ok<ProcessList>> ListAsync(string id, Call call, CancellationToken cancellation) =>
        TypedResults.Ok(ProcessList.Of(await call.Sandbox(id).Guest.ListAsync(cancellation)));

    private static async Task AttachAsync(
        string id, int pid, Call call, HttpContext context, ExecStream stream, CancellationToken cancellation, long? offset = null)
    {
        Check.Range(offset ?? 0, 0, long.MaxValue, "offset");
        var sandbox = call.Sandbox(id);
        var mark = Denials.Mark(sandbox);
        await using var execution = await sandbox.Guest.AttachAsync(Process(pid), offset, cancellation);
        await stream.WriteAsync(context, sandbox, execution, mark);
    }

    private static async Task<NoContent> InputAsync(string id, int pid, Call call, HttpContext context, CancellationToken cancellation)
    {
        var sandbox = call.Sandbox(id);

        // A person at a terminal types slower than the web server's least data rate.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            foreach (var segment in read.Buffer)
            {
                for (var rest = segment; rest.Length > 0; rest = rest[Math.Min(rest.Length, GuestLimits.OutputChunk)..])
                    await sandbox.Guest.WriteInputAsync(Process(pid), rest[..Math.Min(rest.Length, GuestLimits.OutputChunk)], cancellation);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return TypedResults.NoContent();
        }
    }

    private static async Task<NoContent> CloseInputAsync(string id, int pid, Call call, CancellationToken cancellation)
    {
        await call.Sandbox(id).Guest.CloseInputAsync(Process(pid), cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> SignalAsync(string id, int pid, SignalBody body, Call call, CancellationToken cancellation)
    {
        Check.Range(body.Signal, 1, 64, "signal");
        await call.Sandbox(id).Guest.SignalAsync(Process(pid), body.Signal, body.Group, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ResizeAsync(string id, int pid, TerminalBody body, Call call, CancellationToken cancellation)
    {
        await call.Sandbox(id).Guest.ResizeAsync(Process(pid), ExecRequestOf.Size(body), cancellation);
        return TypedResults.NoContent();
    }

    // Pids at and below zero mean process groups and everybody to the kernel.
    private static ProcessSelector Process(int pid)
    {
        Check.Range(pid, 1, int.MaxValue, "pid");
        return new ProcessSelector(pid);
    }

    private static bool WantsStream(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals(ExecStream.MediaType, StringComparison.OrdinalIgnoreCase));
}

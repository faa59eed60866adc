using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Caisson.Core.Guests;
using Caisson.Dialects.E2b.ControlPlane;
using Caisson.Interpreter.Runs;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.E2b.CodeInterpreter;

/// <summary>Writes what happens while code runs, one JSON object a line.</summary>
internal sealed class ExecutionLines(HttpContext http, TimeProvider time)
{
    private static readonly JsonWriterOptions _terms = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new();

    public Task KeepAliveAsync() => WriteAsync("keepalive", _ => { });

    public Task EndAsync() => WriteAsync("end_of_execution", _ => { });

    public Task WriteAsync(RunEvent happened) => happened switch
    {
        RunCounted counted => WriteAsync("number_of_executions", json => json.WriteNumber("execution_count", counted.Count)),
        RunPrinted printed => WriteAsync(printed.Stream == OutputStream.StandardError ? "stderr" : "stdout", json =>
        {
            json.WriteString("text", printed.Text);
            json.WriteString("timestamp", SandboxViews.Time(time.GetUtcNow()));
        }),
        RunResult result => WriteAsync("result", json => ResultForms.Write(json, result)),
        RunFailed failed => WriteAsync("error", json =>
        {
            json.WriteString("name", failed.Name);
            json.WriteString("value", failed.Value);
            json.WriteString("traceback", failed.Traceback);
        }),
        _ => Task.CompletedTask,
    };

    private async Task WriteAsync(string type, Action<Utf8JsonWriter> content)
    {
        _line.ResetWrittenCount();
        await using (var json = new Utf8JsonWriter(_line, _terms))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            content(json);
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        if (!http.Response.HasStarted)
            http.Response.ContentType = "application/x-ndjson";
        await http.Response.Body.WriteAsync(_line.WrittenMemory, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }
}

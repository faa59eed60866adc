using System.Text.Json;
using Caisson.Core.Guests;
using Caisson.Interpreter.Runs;

namespace Caisson.Interpreter.Kernels;

/// <summary>One line that a kernel wrote.</summary>
/// <param name="Kind">What it is: <c>ready</c>, <c>pong</c>, <c>done</c>, or an event of a run.</param>
/// <param name="Id">The request it answers, or null.</param>
/// <param name="Event">The event, or null.</param>
/// <param name="Adopted">Of a pong: the directory with which the kernel became a context's, or null while it is spare.</param>
/// <param name="Context">Of a pong: the id of that context, or null.</param>
internal sealed record KernelFrame(string Kind, string? Id, RunEvent? Event, string? Adopted, string? Context)
{
    /// <summary>The longest line; kernels refuse to write more.</summary>
    public const int MaxBytes = 32 << 20;

    /// <summary>Reads a line; null for one that is no frame, as after a cut.</summary>
    public static KernelFrame? Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var kind = Text(root, "t");
            return new KernelFrame(kind, Optional(root, "id"), EventOf(kind, root), Optional(root, "adopted"), Optional(root, "context"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    private static RunEvent? EventOf(string kind, JsonElement root) => kind switch
    {
        "count" => new RunCounted(root.GetProperty("count").GetInt32()),
        "stdout" => new RunPrinted(OutputStream.StandardOutput, Text(root, "text")),
        "stderr" => new RunPrinted(OutputStream.StandardError, Text(root, "text")),
        "error" => new RunFailed(Text(root, "name"), Text(root, "value"), Text(root, "traceback")),
        "result" => new RunResult(
            root.GetProperty("main").GetBoolean(),
            root.GetProperty("data").EnumerateObject().GroupBy(form => form.Name, StringComparer.Ordinal).ToDictionary(form => form.Key, form => form.Last().Value.Clone(), StringComparer.Ordinal)),
        _ => null,
    };

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? "";

    private static string? Optional(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

using System.Text.Json;

namespace Caisson.Interpreter.Runs;

/// <summary>Something was shown.</summary>
/// <param name="IsMain">Whether it is the value of the last expression.</param>
/// <param name="Data">Its forms by media type: text, pictures in base 64, JSON.</param>
public sealed record RunResult(bool IsMain, IReadOnlyDictionary<string, JsonElement> Data) : RunEvent
{
    /// <summary>The media type of a figure's numbers and names.</summary>
    public const string Chart = "application/vnd.caisson.chart+json";

    /// <summary>The media type of a table's columns by name.</summary>
    public const string Table = "application/vnd.caisson.data+json";
}

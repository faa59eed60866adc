using System.Text.Json;

namespace Caisson.Dialects.SweRex.Wire;

/// <summary>A command apart from any session.</summary>
internal sealed record CommandRequest
{
    /// <summary>A text, or a list of texts.</summary>
    public required JsonElement Command { get; set; }

    public double? Timeout { get; set; }

    public bool Shell { get; set; }

    public bool Check { get; set; }

    public string ErrorMsg { get; set; } = "";

    /// <summary>The whole environment, or null for the sandbox's own.</summary>
    public IReadOnlyDictionary<string, string>? Env { get; set; }

    public string? Cwd { get; set; }

    public bool MergeOutputStreams { get; set; }
}

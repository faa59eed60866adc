namespace Caisson.Server.Api.Secrets;

/// <summary>A secret's value, which is never returned.</summary>
internal sealed record SetSecret
{
    /// <summary>The value: printable ASCII on one line.</summary>
    public required string Value { get; set; }

    /// <summary>Labels of the caller's choosing; as they were when left out.</summary>
    public Dictionary<string, string>? Metadata { get; set; }
}

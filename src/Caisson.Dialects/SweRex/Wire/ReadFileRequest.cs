namespace Caisson.Dialects.SweRex.Wire;

/// <summary>A file to read as text.</summary>
internal sealed record ReadFileRequest
{
    public required string Path { get; set; }

    public string? Encoding { get; set; }

    public string? Errors { get; set; }
}

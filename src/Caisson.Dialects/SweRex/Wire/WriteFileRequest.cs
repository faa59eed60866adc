namespace Caisson.Dialects.SweRex.Wire;

/// <summary>A text to write as a file.</summary>
internal sealed record WriteFileRequest
{
    public required string Content { get; set; }

    public required string Path { get; set; }
}

namespace Caisson.Server.Api.Templates;

/// <summary>Files of an uploaded archive.</summary>
internal sealed record CopyBody
{
    /// <summary>A path or pattern within the archive.</summary>
    public required string Source { get; set; }

    /// <summary>Where they go; relative to the directory so far.</summary>
    public required string Destination { get; set; }

    /// <summary>The SHA-256 by which the archive was uploaded.</summary>
    public required string Files { get; set; }

    /// <summary>Who owns them, or null for the user so far.</summary>
    public string? User { get; set; }

    /// <summary>Octal mode, or null for those of the archive.</summary>
    public string? Mode { get; set; }
}

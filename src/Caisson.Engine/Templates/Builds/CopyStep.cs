namespace Caisson.Engine.Templates.Builds;

/// <summary>COPY: files of an uploaded archive.</summary>
/// <param name="Source">A path or pattern, relative to the archive.</param>
/// <param name="Destination">Where they go; relative to the working directory.</param>
/// <param name="Files">The hash by which the archive was uploaded.</param>
/// <param name="User">Who owns them, or null for the user of the build.</param>
/// <param name="Mode">Permission bits in octal digits, or null for those of the archive.</param>
public sealed record CopyStep(string Source, string Destination, string Files, string? User = null, string? Mode = null) : TemplateStep
{
    /// <inheritdoc/>
    public override string Text => $"COPY {Source} {Destination}";
}

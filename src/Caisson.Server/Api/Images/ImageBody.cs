using Caisson.Images;

namespace Caisson.Server.Api.Images;

/// <summary>An imported image; its id, or its name and tag, can be named as the template of a sandbox. Its start command is told and not run.</summary>
internal sealed record ImageBody(
    string Id, string Name, string Tag, long Bytes, int Files, int Layers, string? User, string? WorkingDirectory, IReadOnlyList<string> StartCommand, DateTimeOffset ImportedAt)
{
    /// <summary>The body that describes an image under one of its names.</summary>
    public static ImageBody Of(string name, string tag, ImportedImage image) => new(
        image.Id, name, tag, image.Bytes, image.Entries, image.Layers, image.Defaults.User, image.Defaults.WorkingDirectory, image.Defaults.StartCommand, image.ImportedAt);
}

namespace Caisson.Dialects.E2b.ControlPlane.Templates.Wire;

internal sealed record FileUpload(bool Present, string? Url, IReadOnlyDictionary<string, string>? Headers);

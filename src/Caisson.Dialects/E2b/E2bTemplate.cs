using Caisson.Core.Sandboxes;

namespace Caisson.Dialects.E2b;

/// <summary>A template as E2B clients see it.</summary>
/// <param name="Id">What <see cref="SandboxSpec.Template"/> is set to.</param>
/// <param name="Alias">Its name, or null.</param>
/// <param name="Resources">Bounds of its sandboxes, or null for the dialect's default.</param>
public sealed record E2bTemplate(string Id, string? Alias = null, Resources? Resources = null);

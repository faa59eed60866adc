using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Engine.Templates;

namespace Caisson.Server.Templates;

/// <summary>The templates of this host, by name.</summary>
internal sealed class LocalTemplates(string directory) : ITemplateCatalog
{
    private readonly Dictionary<string, HostTemplate> _templates = TemplateDefinition.All.ToDictionary(definition => definition.Name, definition => new HostTemplate(definition, directory), StringComparer.Ordinal);

    public bool Knows(string template) => _templates.ContainsKey(template);

    public Task<RootFileSystem> ResolveAsync(string template, CancellationToken cancellation)
    {
        if (!_templates.TryGetValue(template, out var known))
            throw new CaissonException(ErrorCode.NotFound, $"template '{template}' not found", $"use one of {string.Join(", ", _templates.Keys)}");
        if (known.Definition.Missing is { Count: > 0 } missing)
        {
            throw new CaissonException(
                ErrorCode.Unsupported,
                $"template '{template}' needs system packages that this host lacks: {string.Join(", ", missing)}",
                $"Install them with './caisson template {template}', or with the host's package manager.");
        }

        return known.IsBuilt ? Task.FromResult(known.Root) : Task.Run(() => known.Root, cancellation);
    }
}

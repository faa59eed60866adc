using Caisson.Core.Backends;

namespace Caisson.Engine.Templates;

/// <summary>The templates that sandboxes can be started from.</summary>
public interface ITemplateCatalog
{
    /// <summary>Whether there is a template of that name or content address.</summary>
    bool Knows(string template);

    /// <summary>Its file system, made ready on this host; NotFound naming the template when there is none.</summary>
    Task<RootFileSystem> ResolveAsync(string template, CancellationToken cancellation);
}

using Caisson.Core.Backends;

namespace Caisson.Engine.Templates;

/// <summary>The templates that sandboxes can be started from, as far as they are not built or captured here: what the host offers, and imported images.</summary>
public interface ITemplateCatalog
{
    /// <summary>Whether there is a template of that name or content address.</summary>
    bool Knows(string template);

    /// <summary>Its file system, made ready on this host; NotFound naming the template when there is none.</summary>
    Task<RootFileSystem> ResolveAsync(string template, CancellationToken cancellation);

    /// <summary>What it gives to every process of its sandboxes, such as the environment of an image.</summary>
    TemplateDefaults DefaultsOf(string template) => TemplateDefaults.None;

    /// <summary>What a name stands for now where it may come to stand for another, so that whoever stands on it goes on doing so; else the name.</summary>
    string AddressOf(string template) => template;
}

using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Engine.Templates;
using Caisson.Images.Store;

namespace Caisson.Server.Templates;

/// <summary>Imported images as templates, beside those that the host offers, which come first.</summary>
internal sealed class ImageTemplates(IImageStore images, ITemplateCatalog host) : ITemplateCatalog
{
    public bool Knows(string template) => host.Knows(template) || images.Find(template) is not null;

    public string AddressOf(string template) => host.Knows(template) ? template : images.Find(template)?.Id ?? template;

    public TemplateDefaults DefaultsOf(string template)
    {
        if (host.Knows(template) || images.Find(template) is not { } image)
            return host.DefaultsOf(template);
        var given = image.Defaults;
        return new TemplateDefaults { Environment = given.Environment, WorkingDirectory = given.WorkingDirectory, User = given.Account };
    }

    public Task<RootFileSystem> ResolveAsync(string template, CancellationToken cancellation)
    {
        if (host.Knows(template))
            return host.ResolveAsync(template, cancellation);
        return images.Find(template) is { } image
            ? Task.FromResult(new RootFileSystem([new LayerTree("/", [images.RootOf(image)])], Writable: true, MultiUser: true))
            : throw new CaissonException(ErrorCode.NotFound, $"template '{template}' not found", "Import it with 'caisson template import', or name one that exists.");
    }
}

using Caisson.Core.Sandboxes;
using Caisson.Dialects.E2b;
using Caisson.Engine.Templates;
using Caisson.Images.Store;
using ITemplateCatalog = Caisson.Dialects.E2b.ITemplateCatalog;

namespace Caisson.Server.Templates;

/// <summary>The templates of this host as E2B clients see them.</summary>
internal sealed class E2bTemplates(ITemplateEngine built, IImageStore images) : ITemplateCatalog
{
    private const string DefaultTag = ":default";

    // An interpreter with its libraries loaded, and a virtual machine for Java, want room.
    private static readonly Resources _roomy = new() { Cpus = 2, MemoryBytes = 2L << 30, Pids = 1024, DiskBytes = 2L << 30, OutputBytes = 1L << 30 };

    public ValueTask<E2bTemplate?> FindAsync(string tenant, string reference, CancellationToken cancellation)
    {
        var name = reference.EndsWith(DefaultTag, StringComparison.Ordinal) ? reference[..^DefaultTag.Length] : reference;
        if (TemplateDefinition.All.FirstOrDefault(definition => definition.Name == name) is { } known)
            return new(new E2bTemplate(known.Name, known.Name, known == TemplateDefinition.CodeInterpreter ? _roomy : null));
        if (built.Find(tenant, reference) is { } version)
            return new(new E2bTemplate(reference, version.Template.Name, version.Build.Resources));
        return new(images.Find(reference) is { } image ? new E2bTemplate(image.Id, reference) : null);
    }
}

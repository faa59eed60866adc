namespace Caisson.Dialects.E2b;

/// <summary>Knows <c>base</c>.</summary>
internal sealed class BaseTemplateCatalog : ITemplateCatalog
{
    private static readonly E2bTemplate _base = new("base", "base");

    public ValueTask<E2bTemplate?> FindAsync(string tenant, string reference, CancellationToken cancellation) =>
        new(reference is "base" or "base:default" ? _base : null);
}

namespace Caisson.Dialects.E2b;

/// <summary>Knows templates; the server replaces the built-in one, which knows <c>base</c> alone.</summary>
public interface ITemplateCatalog
{
    /// <summary>The template of that name or id, as the tenant sees it, or null.</summary>
    ValueTask<E2bTemplate?> FindAsync(string tenant, string reference, CancellationToken cancellation);
}

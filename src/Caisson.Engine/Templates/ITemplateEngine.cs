using Caisson.Core.Sandboxes;
using Caisson.Engine.Templates.Builds;

namespace Caisson.Engine.Templates;

/// <summary>Building, naming and moving templates.</summary>
/// <remarks>All members are safe to call at once. What is another tenant's is NotFound, but for templates that they made public.</remarks>
public interface ITemplateEngine
{
    /// <summary>What sandboxes are to stand on for <c>[tenant/]name[:tag]</c> or <c>id[:tag]</c>, or null where nothing is ready under it.</summary>
    TemplateVersion? Find(string tenant, string reference);

    /// <summary>The template of that reference whatever its builds, or null.</summary>
    TemplateInfo? FindTemplate(string tenant, string reference);

    /// <summary>Whether there is such a template, but another tenant's own.</summary>
    bool IsForeign(string tenant, string reference);

    /// <summary>The tenant's templates, oldest first.</summary>
    IReadOnlyList<TemplateInfo> List(string tenant);

    /// <summary>The builds of a template, oldest first.</summary>
    IReadOnlyList<TemplateBuild> BuildsOf(TemplateInfo template);

    /// <summary>Makes a build that waits for its steps; the template of that name is made if need be.</summary>
    /// <param name="tenant">Who owns it.</param>
    /// <param name="name">The template's name.</param>
    /// <param name="tags">The tags that the build gets once it is ready; <c>default</c> where there are none.</param>
    /// <param name="resources">Bounds of the sandboxes from it.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<(TemplateInfo Template, TemplateBuild Build)> RequestAsync(
        string tenant, string name, IReadOnlyList<string> tags, Resources resources, CancellationToken cancellation);

    /// <summary>Gives a waiting build its steps and lets it run; it goes on when the caller goes away.</summary>
    Task StartBuildAsync(string tenant, string build, TemplateRecipe recipe, CancellationToken cancellation);

    /// <summary>The build of that id.</summary>
    TemplateBuild GetBuild(string tenant, string build);

    /// <summary>Lines of a build's log after so many.</summary>
    IReadOnlyList<BuildLogEntry> ReadLog(string tenant, string build, int after, int limit);

    /// <summary>Lines of a build's log after so many as they come, until the build has ended.</summary>
    IAsyncEnumerable<BuildLogEntry> FollowLogAsync(string tenant, string build, int after, CancellationToken cancellation);

    /// <summary>Ends a build; nothing of it runs any more when this returns. Harmless when it has ended.</summary>
    Task CancelBuildAsync(string tenant, string build, CancellationToken cancellation);

    /// <summary>Lets tags stand for the build that a reference stands for, whose id is returned.</summary>
    Task<string> TagAsync(string tenant, string reference, IReadOnlyList<string> tags, CancellationToken cancellation);

    /// <summary>Takes tags away.</summary>
    Task UntagAsync(string tenant, string reference, IReadOnlyList<string> tags, CancellationToken cancellation);

    /// <summary>Says whether other tenants may start sandboxes from it.</summary>
    Task<TemplateInfo> ShareAsync(string tenant, string reference, bool isPublic, CancellationToken cancellation);

    /// <summary>Forgets a template with all its builds; sandboxes from it go on. False where there is none.</summary>
    Task<bool> DeleteAsync(string tenant, string reference, CancellationToken cancellation);

    /// <summary>Writes a template with all its layers as an archive that <see cref="ImportAsync"/> of another server reads.</summary>
    Task ExportAsync(string tenant, string reference, Stream target, CancellationToken cancellation);

    /// <summary>Reads such an archive as a build of the template of that name (null for its own), which is ready at once.</summary>
    /// <remarks>A layer is a disk image that the host's kernel will mount: only whoever may administer the host may bring one in.</remarks>
    Task<TemplateVersion> ImportAsync(string tenant, string? name, Stream archive, CancellationToken cancellation);

    /// <summary>Whether the archive of that hash was uploaded and is still there.</summary>
    bool HasFiles(string tenant, string hash);

    /// <summary>Takes an archive (tar, or tar with gzip) for COPY in; with <paramref name="verify"/> the hash must be that of its bytes.</summary>
    Task PutFilesAsync(string tenant, string hash, Stream content, bool verify, CancellationToken cancellation);
}

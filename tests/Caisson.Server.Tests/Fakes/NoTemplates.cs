using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Templates;
using Caisson.Engine.Templates.Builds;

namespace Caisson.Server.Tests.Fakes;

/// <summary>A server on which nothing was built.</summary>
internal sealed class NoTemplates : ITemplateEngine
{
    public TemplateVersion? Find(string tenant, string reference) => null;

    public TemplateInfo? FindTemplate(string tenant, string reference) => null;

    public bool IsForeign(string tenant, string reference) => false;

    public IReadOnlyList<TemplateInfo> List(string tenant) => [];

    public IReadOnlyList<TemplateBuild> BuildsOf(TemplateInfo template) => [];

    public Task<(TemplateInfo Template, TemplateBuild Build)> RequestAsync(
        string tenant, string name, IReadOnlyList<string> tags, Resources resources, CancellationToken cancellation) => throw Nothing();

    public Task StartBuildAsync(string tenant, string build, TemplateRecipe recipe, CancellationToken cancellation) => throw Nothing();

    public TemplateBuild GetBuild(string tenant, string build) => throw Nothing();

    public IReadOnlyList<BuildLogEntry> ReadLog(string tenant, string build, int after, int limit) => throw Nothing();

    public IAsyncEnumerable<BuildLogEntry> FollowLogAsync(string tenant, string build, int after, CancellationToken cancellation) => throw Nothing();

    public Task CancelBuildAsync(string tenant, string build, CancellationToken cancellation) => throw Nothing();

    public Task<string> TagAsync(string tenant, string reference, IReadOnlyList<string> tags, CancellationToken cancellation) => throw Nothing();

    public Task UntagAsync(string tenant, string reference, IReadOnlyList<string> tags, CancellationToken cancellation) => throw Nothing();

    public Task<TemplateInfo> ShareAsync(string tenant, string reference, bool isPublic, CancellationToken cancellation) => throw Nothing();

    public Task<bool> DeleteAsync(string tenant, string reference, CancellationToken cancellation) => Task.FromResult(false);

    public Task ExportAsync(string tenant, string reference, Stream target, CancellationToken cancellation) => throw Nothing();

    public Task<TemplateVersion> ImportAsync(string tenant, string? name, Stream archive, CancellationToken cancellation) => throw Nothing();

    public bool HasFiles(string tenant, string hash) => false;

    public Task PutFilesAsync(string tenant, string hash, Stream content, bool verify, CancellationToken cancellation) => throw Nothing();

    private static CaissonException Nothing() => new(ErrorCode.NotFound, "There is no such template.");
}

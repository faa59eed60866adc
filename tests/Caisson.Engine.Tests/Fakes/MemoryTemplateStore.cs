using System.Collections.Concurrent;
using Caisson.Engine.Templates;

namespace Caisson.Engine.Tests.Fakes;

internal sealed class MemoryTemplateStore : ITemplateStore
{
    public ConcurrentDictionary<string, TemplateInfo> Templates { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, TemplateBuild> Builds { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, CachedStep> Steps { get; } = new(StringComparer.Ordinal);

    public Task SaveTemplateAsync(TemplateInfo template, CancellationToken cancellation) => Do(() => Templates[template.Id] = template);

    public Task PublishAsync(TemplateInfo template, TemplateBuild build, CancellationToken cancellation) => Do(() => (Templates[template.Id], Builds[build.Id]) = (template, build));

    public Task<IReadOnlyList<TemplateInfo>> LoadTemplatesAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<TemplateInfo>>([.. Templates.Values]);

    public Task DeleteTemplateAsync(string id, CancellationToken cancellation) => Do(() =>
    {
        Templates.TryRemove(id, out _);
        foreach (var build in Builds.Values.Where(one => one.TemplateId == id))
            Builds.TryRemove(build.Id, out _);
    });

    public Task SaveBuildAsync(TemplateBuild build, CancellationToken cancellation) => Do(() => Builds[build.Id] = build);

    public Task<IReadOnlyList<TemplateBuild>> LoadBuildsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<TemplateBuild>>([.. Builds.Values]);

    public Task DeleteBuildAsync(string id, CancellationToken cancellation) => Do(() => Builds.TryRemove(id, out _));

    public Task SaveStepAsync(CachedStep step, CancellationToken cancellation) => Do(() => Steps[step.Key] = step);

    public Task<IReadOnlyList<CachedStep>> LoadStepsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<CachedStep>>([.. Steps.Values]);

    public Task DeleteStepAsync(string key, CancellationToken cancellation) => Do(() => Steps.TryRemove(key, out _));

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}

namespace Caisson.Engine.Templates;

/// <summary>What a server remembers of templates across restarts.</summary>
public interface ITemplateStore
{
    /// <summary>Writes a template's record, new or changed.</summary>
    Task SaveTemplateAsync(TemplateInfo template, CancellationToken cancellation);

    /// <summary>Writes a build that has become ready and its template's record with its tags, both or neither.</summary>
    Task PublishAsync(TemplateInfo template, TemplateBuild build, CancellationToken cancellation);

    /// <summary>Every template.</summary>
    Task<IReadOnlyList<TemplateInfo>> LoadTemplatesAsync(CancellationToken cancellation);

    /// <summary>Forgets a template and all its builds.</summary>
    Task DeleteTemplateAsync(string id, CancellationToken cancellation);

    /// <summary>Writes a build's record, new or changed.</summary>
    Task SaveBuildAsync(TemplateBuild build, CancellationToken cancellation);

    /// <summary>Every build.</summary>
    Task<IReadOnlyList<TemplateBuild>> LoadBuildsAsync(CancellationToken cancellation);

    /// <summary>Forgets a build.</summary>
    Task DeleteBuildAsync(string id, CancellationToken cancellation);

    /// <summary>Remembers what a step came to.</summary>
    Task SaveStepAsync(CachedStep step, CancellationToken cancellation);

    /// <summary>Every step that is remembered.</summary>
    Task<IReadOnlyList<CachedStep>> LoadStepsAsync(CancellationToken cancellation);

    /// <summary>Forgets a step.</summary>
    Task DeleteStepAsync(string key, CancellationToken cancellation);
}

using System.Collections.Concurrent;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;

namespace Caisson.Engine.Templates;

/// <summary>The templates of this host and their builds, each ready one using its topmost layer.</summary>
internal sealed class TemplateLibrary(ITemplateStore? store, LayerStore layers, ITemplateCatalog catalogue, TimeProvider time) : IDisposable
{
    /// <summary>How many builds without a tag a template keeps.</summary>
    public const int MostUntagged = 20;

    private const int MostTemplates = 10_000;
    private const int MostTags = 100;

    // A client that asked for a build and never came back with its steps.
    private static readonly TimeSpan _abandoned = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, TemplateInfo> _templates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TemplateBuild> _builds = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changes = new(1, 1);

    /// <summary>Remembered steps of builds.</summary>
    public StepCache Steps { get; } = new(store, layers, time);

    /// <summary>Called at points of its changes, as <see cref="EngineOptions.AtPoint"/> says.</summary>
    public Action<EnginePoint>? AtPoint { get; init; }

    /// <summary>Whether there is a build of that id.</summary>
    public bool HasBuild(string id) => _builds.ContainsKey(id);

    /// <summary>Takes note of the templates of the server before; builds that it left under way have failed.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        if (store is null)
            return;
        foreach (var template in await store.LoadTemplatesAsync(cancellation))
            _templates[template.Id] = template;
        foreach (var build in await store.LoadBuildsAsync(cancellation))
        {
            var now = build;
            if (build.State is TemplateBuildState.Building or TemplateBuildState.Waiting)
            {
                now = build with { State = TemplateBuildState.Failed, FinishedAt = time.GetUtcNow(), Message = "the server stopped before the build was done; start it again" };
                await store.SaveBuildAsync(now, cancellation);
            }

            foreach (var layer in now.Kept)
                layers.Acquire(layer);
            _builds[now.Id] = now;
        }

        await Steps.LoadAsync(cancellation);
    }

    /// <summary>Whether the tenant has a template of that name.</summary>
    public bool Owns(string tenant, string name) => OwnOf(tenant, name) is not null;

    /// <summary>The template of that reference as the tenant sees it, ready or not; null where there is none, or none that they may see.</summary>
    public TemplateInfo? FindTemplate(string tenant, string reference) => Visible(tenant, TemplateReference.Parse(reference));

    /// <summary>What sandboxes are to stand on for a reference, or null where nothing is ready under it.</summary>
    public TemplateVersion? Find(string tenant, string reference)
    {
        var named = TemplateReference.Parse(reference);
        if (Visible(tenant, named) is not { } template)
            return null;
        var id = template.BuildOf(named.Tag ?? TemplateReference.DefaultTag);
        // An id stands for the template whatever its tags; a name without a tag for the default one alone.
        if (id is null && named.Tag is null && named.Name == template.Id)
            id = template.Tags is [.., var newest] ? newest.BuildId : null;
        return id is not null && _builds.TryGetValue(id, out var build) && build is { State: TemplateBuildState.Ready, Layer: not null }
            ? new TemplateVersion(template, build)
            : null;
    }

    /// <summary>Whether a template of that reference exists and is another's own.</summary>
    public bool IsForeign(string tenant, string reference)
    {
        var named = TemplateReference.Parse(reference);
        var found = named.Tenant is { } owner && owner != tenant ? OwnOf(owner, named.Name) : _templates.GetValueOrDefault(named.Name);
        return found is { Public: false } && found.Tenant != tenant;
    }

    /// <summary>The tenant's templates, oldest first.</summary>
    public IReadOnlyList<TemplateInfo> List(string tenant) =>
        [.. _templates.Values.Where(one => one.Tenant == tenant).OrderBy(one => one.CreatedAt).ThenBy(one => one.Id, StringComparer.Ordinal)];

    /// <summary>The builds of a template, oldest first.</summary>
    public IReadOnlyList<TemplateBuild> BuildsOf(TemplateInfo template) =>
        [.. _builds.Values.Where(one => one.TemplateId == template.Id).OrderBy(one => one.CreatedAt).ThenBy(one => one.Id, StringComparer.Ordinal)];

    /// <summary>The tenant's build of that id; NotFound where there is none.</summary>
    public TemplateBuild Build(string tenant, string id) => _builds.TryGetValue(id, out var build) && build.Tenant == tenant
        ? build
        : throw new CaissonException(ErrorCode.NotFound, $"build '{id}' not found");

    /// <summary>The tenant's own template of that reference; NotFound where there is none.</summary>
    public TemplateInfo Own(string tenant, string reference) => FindTemplate(tenant, reference) is { } template && template.Tenant == tenant
        ? template
        : throw new CaissonException(ErrorCode.NotFound, $"template '{reference}' not found");

    /// <summary>Begins a build of the template of that name, which is made if need be; whatever can be started from it before goes on as it was.</summary>
    /// <returns>The template, the build, and old builds that were forgotten for it.</returns>
    public async Task<(TemplateInfo Template, TemplateBuild Build, IReadOnlyList<string> Forgotten)> BeginAsync(
        string tenant, string name, IReadOnlyList<string> tags, Resources resources, CancellationToken cancellation)
    {
        TemplateReference.CheckedName(name);
        foreach (var tag in tags)
            TemplateReference.CheckedTag(tag);
        if (tags.Count > MostTags)
            throw new CaissonException(ErrorCode.InvalidArgument, $"a template has at most {MostTags} tags");
        if (catalogue.Knows(name))
            throw new CaissonException(ErrorCode.AlreadyExists, $"'{name}' is a template of this server itself", "Choose another name.");
        await _changes.WaitAsync(cancellation);
        try
        {
            var now = time.GetUtcNow();
            var template = OwnOf(tenant, name);
            if (template is null && _templates.Values.Count(one => one.Tenant == tenant) >= MostTemplates)
                throw new CaissonException(ErrorCode.ResourceExhausted, $"there are {MostTemplates} templates, which is the most", "Delete some.");
            template ??= new TemplateInfo(SandboxId.New().Value, tenant, name, Public: false, now, now, []);
            var build = new TemplateBuild(Guid.NewGuid().ToString("D"), template.Id, tenant, tags.Count == 0 ? [TemplateReference.DefaultTag] : [.. tags.Distinct(StringComparer.Ordinal)], resources, now);
            var forgotten = await ForgetOldAsync(template, cancellation);
            await Store.SaveTemplateAsync(template, cancellation);
            await Store.SaveBuildAsync(build, cancellation);
            _templates[template.Id] = template;
            _builds[build.Id] = build;
            return (template, build, forgotten);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Writes what has become of a build that is not ready.</summary>
    public async Task UpdateAsync(TemplateBuild build, CancellationToken cancellation)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            if (!_builds.ContainsKey(build.Id))
                return;
            await Store.SaveBuildAsync(build, cancellation);
            _builds[build.Id] = build;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Makes a build ready: its tags now stand for it. One use of each of its layers passes over to it.</summary>
    public async Task PublishAsync(TemplateBuild build, CancellationToken cancellation)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            if (!_builds.ContainsKey(build.Id) || !_templates.TryGetValue(build.TemplateId, out var template))
                throw new CaissonException(ErrorCode.Canceled, "the template was deleted while it was being built");
            template = Tagged(template, build.Id, build.Tags);
            await Store.PublishAsync(template, build, cancellation);
            _templates[template.Id] = template;
            _builds[build.Id] = build;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Lets tags stand for the build that a reference stands for.</summary>
    public async Task<string> TagAsync(string tenant, string reference, IReadOnlyList<string> tags, CancellationToken cancellation)
    {
        foreach (var tag in tags)
            TemplateReference.CheckedTag(tag);
        if (tags.Count is 0 or > MostTags)
            throw new CaissonException(ErrorCode.InvalidArgument, $"name 1 to {MostTags} tags");
        await _changes.WaitAsync(cancellation);
        try
        {
            var template = Own(tenant, reference);
            if (Find(tenant, reference) is not { } version)
                throw new CaissonException(ErrorCode.NotFound, $"template '{reference}' not found", "Name a tag that it has.");
            await ChangeAsync(Tagged(template, version.Build.Id, tags), cancellation);
            return version.Build.Id;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Takes tags away; those that are not there are passed over.</summary>
    public async Task UntagAsync(string tenant, string reference, IReadOnlyList<string> tags, CancellationToken cancellation)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            var template = Own(tenant, reference);
            await ChangeAsync(template with { Tags = [.. template.Tags.Where(one => !tags.Contains(one.Tag, StringComparer.Ordinal))], UpdatedAt = time.GetUtcNow() }, cancellation);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Says whether other tenants may use it.</summary>
    public async Task<TemplateInfo> ShareAsync(string tenant, string reference, bool isPublic, CancellationToken cancellation)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            return await ChangeAsync(Own(tenant, reference) with { Public = isPublic, UpdatedAt = time.GetUtcNow() }, cancellation);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Forgets a template and its builds, whose ids are returned; sandboxes from it go on.</summary>
    public async Task<IReadOnlyList<string>> DeleteAsync(TemplateInfo template, CancellationToken cancellation)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            await Store.DeleteTemplateAsync(template.Id, cancellation);
            AtPoint?.Invoke(EnginePoint.TemplateForgotten);
            _templates.TryRemove(template.Id, out _);
            var builds = BuildsOf(template);
            foreach (var build in builds)
            {
                _builds.TryRemove(build.Id, out _);
                foreach (var layer in build.Kept)
                    await layers.RetireAsync(layer);
            }

            return [.. builds.Select(build => build.Id)];
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _changes.Dispose();
        Steps.Dispose();
    }

    private ITemplateStore Store => store ?? throw new CaissonException(ErrorCode.Unsupported, "this server keeps no templates");

    private TemplateInfo? OwnOf(string tenant, string name) => _templates.Values.FirstOrDefault(one => one.Tenant == tenant && one.Name == name);

    private TemplateInfo? Visible(string tenant, TemplateReference named)
    {
        var found = named.Tenant is { } owner
            ? OwnOf(owner, named.Name)
            : _templates.GetValueOrDefault(named.Name) ?? OwnOf(tenant, named.Name);
        return found is not null && (found.Tenant == tenant || found.Public) ? found : null;
    }

    private TemplateInfo Tagged(TemplateInfo template, string build, IReadOnlyList<string> tags)
    {
        var now = time.GetUtcNow();
        IReadOnlyList<TemplateTag> all = [.. template.Tags.Where(one => !tags.Contains(one.Tag, StringComparer.Ordinal)), .. tags.Distinct(StringComparer.Ordinal).Select(tag => new TemplateTag(tag, build, now))];
        return all.Count <= MostTags
            ? template with { Tags = all, UpdatedAt = now }
            : throw new CaissonException(ErrorCode.ResourceExhausted, $"a template has at most {MostTags} tags", "Remove some.");
    }

    private async Task<TemplateInfo> ChangeAsync(TemplateInfo template, CancellationToken cancellation)
    {
        await Store.SaveTemplateAsync(template, cancellation);
        return _templates[template.Id] = template;
    }

    private async Task<IReadOnlyList<string>> ForgetOldAsync(TemplateInfo template, CancellationToken cancellation)
    {
        var untagged = BuildsOf(template).Where(build => template.Tags.All(tag => tag.BuildId != build.Id)).ToList();
        var old = untagged.Where(build => build.State is TemplateBuildState.Ready or TemplateBuildState.Failed || build.CreatedAt < time.GetUtcNow() - _abandoned).Take(Math.Max(0, untagged.Count + 1 - MostUntagged)).ToList();
        if (untagged.Count - old.Count >= MostUntagged)
            throw new CaissonException(ErrorCode.ResourceExhausted, $"{MostUntagged} builds of '{template.Name}' are under way, which is the most", "Wait until they are done.");
        foreach (var build in old)
        {
            await Store.DeleteBuildAsync(build.Id, cancellation);
            _builds.TryRemove(build.Id, out _);
            foreach (var layer in build.Kept)
                await layers.RetireAsync(layer);
        }

        return [.. old.Select(build => build.Id)];
    }
}

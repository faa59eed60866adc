using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Templates.Builds;
using Caisson.Engine.Templates.Copies;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Templates;

/// <summary>The templates of one server, and their builds under way.</summary>
public sealed partial class TemplateEngine : ITemplateEngine, IAsyncDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int Page = 500;

    private readonly SandboxEngine _engine;
    private readonly TemplateOptions _options;
    private readonly ITemplateCatalog _catalogue;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Uploads _uploads;
    private readonly ConcurrentDictionary<string, RunningBuild> _running = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turns;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private bool _closed;

    /// <summary>Templates over the sandboxes in which they are built.</summary>
    public TemplateEngine(SandboxEngine engine, TemplateOptions options, ITemplateCatalog catalogue, TimeProvider time, ILogger<TemplateEngine> log)
    {
        (_engine, _options, _catalogue, _time, _log) = (engine, options, catalogue, time, log);
        _uploads = new Uploads(options, time);
        _turns = new SemaphoreSlim(options.Concurrency, options.Concurrency);
    }

    private TemplateLibrary Library => _engine.Parts.Templates;

    private string Logs => Path.Combine(_options.Directory, "logs");

    /// <summary>Ends the sandboxes of builds that an earlier server left under way, and removes the logs of builds that it forgot; to be called once, after the sandboxes were found again.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Logs, Private);
        _uploads.Open();
        RemoveLogs([.. Directory.EnumerateFiles(Logs).Select(Path.GetFileNameWithoutExtension).OfType<string>().Where(build => !Library.HasBuild(build))]);
        foreach (var sandbox in _engine.All.Where(one => one.Info.Tenant == BuildSandbox.Owner).ToList())
        {
            try
            {
                await sandbox.KillAsync(cancellation);
            }
            catch (CaissonException failure)
            {
                LogNotEnded(sandbox.Info.Id, failure.Message);
            }
        }
    }

    /// <inheritdoc/>
    public TemplateVersion? Find(string tenant, string reference) => Library.Find(tenant, reference);

    /// <inheritdoc/>
    public TemplateInfo? FindTemplate(string tenant, string reference) => Library.FindTemplate(tenant, reference);

    /// <inheritdoc/>
    public bool IsForeign(string tenant, string reference) => Library.IsForeign(tenant, reference);

    /// <inheritdoc/>
    public IReadOnlyList<TemplateInfo> List(string tenant) => Library.List(tenant);

    /// <inheritdoc/>
    public IReadOnlyList<TemplateBuild> BuildsOf(TemplateInfo template) => Library.BuildsOf(template);

    /// <inheritdoc/>
    public async Task<(TemplateInfo Template, TemplateBuild Build)> RequestAsync(
        string tenant, string name, IReadOnlyList<string> tags, Resources resources, CancellationToken cancellation)
    {
        if (_engine.Snapshots.Find(tenant, name) is not null)
            throw new CaissonException(ErrorCode.AlreadyExists, $"'{name}' is the name of a snapshot", "Choose another name, or delete the snapshot.");
        var (template, build, forgotten) = await Library.BeginAsync(tenant, name, tags, resources, cancellation);
        RemoveLogs(forgotten);
        return (template, build);
    }

    /// <inheritdoc/>
    public Task StartBuildAsync(string tenant, string build, TemplateRecipe recipe, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var waiting = Library.Build(tenant, build);
            if (_closed)
                throw new CaissonException(ErrorCode.Unavailable, "the server is shutting down", "Try again in a moment.");
            if (waiting.State != TemplateBuildState.Waiting || _running.ContainsKey(build))
                throw new CaissonException(ErrorCode.Conflict, $"build '{build}' was started already", "Ask for a new build.");
            if (_running.Count >= _options.Concurrency + _options.MostWaiting)
                throw new CaissonException(ErrorCode.ResourceExhausted, $"{_options.MostWaiting} builds wait for their turn, which is the most", "Try again later.");
            var running = new RunningBuild(new BuildLog(LogOf(build), _time), CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token));
            _running[build] = running;
            running.Task = Task.Run(() => RunAsync(waiting, recipe, running), CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public TemplateBuild GetBuild(string tenant, string build)
    {
        var kept = Library.Build(tenant, build);
        // Between its start and its turn it is under way, though nothing of it runs yet.
        return kept.State == TemplateBuildState.Waiting && _running.ContainsKey(build) ? kept with { State = TemplateBuildState.Building } : kept;
    }

    /// <inheritdoc/>
    public IReadOnlyList<BuildLogEntry> ReadLog(string tenant, string build, int after, int limit)
    {
        _ = Library.Build(tenant, build);
        return _running.TryGetValue(build, out var running) ? running.Log.Read(after, limit) : BuildLog.ReadFile(LogOf(build), after, limit);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BuildLogEntry> FollowLogAsync(string tenant, string build, int after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        _ = Library.Build(tenant, build);
        while (true)
        {
            var running = _running.GetValueOrDefault(build);
            // Taken before it is read, so that nothing comes between.
            var more = running?.Log.More;
            var entries = running is null ? BuildLog.ReadFile(LogOf(build), after, Page) : running.Log.Read(after, Page);
            foreach (var entry in entries)
                yield return entry;
            after += entries.Count;
            if (entries.Count > 0)
                continue;
            if (more is null)
                yield break;
            if (more.IsCompleted)
                await running!.Task.WaitAsync(cancellation);
            else
                await more.WaitAsync(cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task CancelBuildAsync(string tenant, string build, CancellationToken cancellation)
    {
        var kept = Library.Build(tenant, build);
        if (_running.TryGetValue(build, out var running))
        {
            await running.CancelAsync();
            await running.Task.WaitAsync(cancellation);
        }
        else if (kept.State == TemplateBuildState.Waiting)
        {
            await Library.UpdateAsync(Failed(kept, null, "it was cancelled"), cancellation);
        }
    }

    /// <inheritdoc/>
    public Task<string> TagAsync(string tenant, string reference, IReadOnlyList<string> tags, CancellationToken cancellation) => Library.TagAsync(tenant, reference, tags, cancellation);

    /// <inheritdoc/>
    public Task UntagAsync(string tenant, string reference, IReadOnlyList<string> tags, CancellationToken cancellation) => Library.UntagAsync(tenant, reference, tags, cancellation);

    /// <inheritdoc/>
    public Task<TemplateInfo> ShareAsync(string tenant, string reference, bool isPublic, CancellationToken cancellation) => Library.ShareAsync(tenant, reference, isPublic, cancellation);

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string tenant, string reference, CancellationToken cancellation)
    {
        if (Library.FindTemplate(tenant, reference) is not { } template || template.Tenant != tenant)
            return false;
        if (TemplateReference.Parse(reference).Tag is not null)
            throw new CaissonException(ErrorCode.InvalidArgument, $"a template is deleted with all its tags, and '{reference}' names one", "Name the template alone, or remove the tag.");
        foreach (var build in Library.BuildsOf(template))
            await CancelBuildAsync(tenant, build.Id, cancellation);
        RemoveLogs(await Library.DeleteAsync(template, cancellation));
        return true;
    }

    /// <inheritdoc/>
    public bool HasFiles(string tenant, string hash) => _uploads.Has(tenant, hash);

    /// <inheritdoc/>
    public Task PutFilesAsync(string tenant, string hash, Stream content, bool verify, CancellationToken cancellation) => _uploads.PutAsync(tenant, hash, content, verify, cancellation);

    /// <summary>Ends every build under way, which then has failed.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
        }

        await _stopping.CancelAsync();
        foreach (var running in _running.Values)
            await running.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _turns.Dispose();
        _stopping.Dispose();
    }
}

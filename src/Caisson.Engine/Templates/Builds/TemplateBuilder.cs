using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Templates.Copies;
using Caisson.Engine.Templates.Starting;

namespace Caisson.Engine.Templates.Builds;

/// <summary>Runs one build from its first step to its last.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The sandbox is owned by the one run there is.")]
internal sealed partial class TemplateBuilder(
    SandboxEngine engine, TemplateOptions options, Uploads uploads, TemplateBuild build, TemplateRecipe recipe, BuildLog log, ITemplateCatalog catalogue, TimeProvider time, Action<EnginePoint>? atPoint)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly ArchiveLimits _limits = new(options.MostEntries, options.MostUnpacked);
    private readonly HashSet<string> _users = new(StringComparer.Ordinal);
    private readonly TimeSpan _stepLimit = recipe.StepLimit is { } limit && limit < options.StepLimit ? limit : options.StepLimit;
    private BuildState _state = null!;
    private TemplateDefaults _from = TemplateDefaults.None;
    private BuildSandbox _sandbox = null!;
    private string? _wall;
    private string? _started;

    /// <summary>Runs it; the build with its result, one use of each of whose layers is the caller's. A failure of a step is thrown as a <see cref="StepFailedException"/>.</summary>
    public async Task<TemplateBuild> RunAsync(CancellationToken cancellation)
    {
        await using var sandbox = _sandbox = new BuildSandbox(engine, recipe, options);
        try
        {
            await AtAsync(StepNames.Base, () => { Begin(); return Task.CompletedTask; }, cancellation);
            for (var i = 0; i < recipe.Steps.Count; i++)
            {
                var (step, number) = (recipe.Steps[i], (i + 1).ToString(CultureInfo.InvariantCulture));
                await AtAsync(number, () => StepAsync(step, number, cancellation), cancellation);
            }

            await AtAsync(StepNames.Finalize, () => FinalizeAsync(cancellation), cancellation);
            var layer = engine.Parts.Layers.Get(_state.Layer!);
            return build with
            {
                State = TemplateBuildState.Ready,
                FinishedAt = time.GetUtcNow(),
                Layer = layer.Address,
                Started = _started,
                Wall = layer.Wall,
                Bytes = new[] { _started, layer.Address }.OfType<string>().Select(engine.Parts.Layers.Get).Sum(one => one.Bytes + (one.Memory?.Bytes ?? 0)),
                Defaults = Defaults(),
            };
        }
        catch
        {
            await engine.Parts.Layers.ReleaseAsync(_started);
            await engine.Parts.Layers.ReleaseAsync(_state?.Layer);
            throw;
        }
    }

    private void Begin()
    {
        if (recipe.From.Length == 0)
            throw new CaissonException(ErrorCode.InvalidArgument, "nothing is said of what the template stands on", "Name a template, or an imported image.");
        if (engine.Parts.Templates.Find(build.Tenant, recipe.From) is { } version)
        {
            _from = version.Build.Defaults;
            BeginOn(version.Build.Layer!);
        }
        else if (engine.Parts.Snapshots.Find(build.Tenant, recipe.From) is { } snapshot)
        {
            _from = snapshot.Defaults;
            BeginOn(snapshot.Layer);
        }
        else if (catalogue.Knows(recipe.From))
        {
            _from = catalogue.DefaultsOf(recipe.From);
            _state = new BuildState(recipe.From, null, _from.Environment, _from.User, _from.WorkingDirectory);
            _wall = recipe.Wall;
        }
        else
        {
            throw new CaissonException(ErrorCode.NotFound, $"there is no template and no imported image '{recipe.From}'", $"Import the image first with 'caisson template import {recipe.From}', or stand on a template of this server.");
        }

        log.Say($"FROM {recipe.From}", StepNames.Base);
    }

    private void BeginOn(string layer)
    {
        engine.Parts.Layers.Acquire(layer);
        var record = engine.Parts.Layers.Get(layer);
        _state = new BuildState(record.Template, layer, _from.Environment, _from.User, _from.WorkingDirectory);
        _wall = record.Wall;
    }

    private static async Task AtAsync(string step, Func<Task> work, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            await work();
        }
        catch (CaissonException failure)
        {
            throw new StepFailedException(step, failure.Remedy is null ? failure.Message : $"{failure.Message}. {failure.Remedy}", failure);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new StepFailedException(step, "the sandbox did not answer in time");
        }
    }

    // What is remembered is taken as it is; else the work is done, and what the sandbox has become is kept.
    private async Task CachedAsync(TemplateStep step, string number, string?[] key, Func<Task> work, CancellationToken cancellation)
    {
        var address = _state.Key(build.Tenant, _wall, key);
        if (!recipe.Force && !step.Force && await engine.Parts.Templates.Steps.TakeAsync(address, cancellation) is { } known)
        {
            Say(number, step.Text, "CACHED ");
            await MoveToAsync(known.Layer);
            return;
        }

        Say(number, step.Text);
        await work();
        atPoint?.Invoke(EnginePoint.TemplateRun);
        await KeepAsync(address, cancellation);
    }

    private async Task KeepAsync(string key, CancellationToken cancellation)
    {
        var layer = await _sandbox.CaptureAsync();
        atPoint?.Invoke(EnginePoint.TemplateCaptured);
        await MoveToAsync(layer.Address);
        await engine.Parts.Templates.Steps.KeepAsync(key, layer.Address, cancellation);
        atPoint?.Invoke(EnginePoint.TemplateRemembered);
    }

    // The use of the new layer was counted for us, the use of the old one is given back.
    private async Task MoveToAsync(string? layer)
    {
        var before = _state.Layer;
        _state = _state with { Layer = layer };
        if (layer is not null)
            _wall = engine.Parts.Layers.Get(layer).Wall;
        await engine.Parts.Layers.ReleaseAsync(before);
    }

    private async Task FinalizeAsync(CancellationToken cancellation)
    {
        // A template always has a layer of its own, so that it is known which wall can read it.
        if (_state.Layer is null)
        {
            var key = _state.Key(build.Tenant, _wall, "EMPTY");
            if (await engine.Parts.Templates.Steps.TakeAsync(key, cancellation) is { Layer: { } known })
            {
                await MoveToAsync(known);
            }
            else
            {
                _ = await _sandbox.OnAsync(_state, cancellation);
                await KeepAsync(key, cancellation);
            }
        }

        var defaults = Defaults();
        var tried = defaults.User is null || defaults.User == _from.User || _users.Contains(defaults.User);
        if (!defaults.Runs && tried)
            return;
        // What is up is so in sandboxes of just these bounds.
        var address = _state.Key(build.Tenant, _wall, "START", defaults.StartCommand, defaults.ReadyCommand, build.Resources.ToString());
        if (!recipe.Force && await engine.Parts.Templates.Steps.TakeAsync(address, cancellation) is { } remembered)
        {
            if (remembered.Layer is { } layer && engine.Parts.Layers.Get(layer).Memory is not null)
                _started = layer;
            else
                await engine.Parts.Layers.ReleaseAsync(remembered.Layer);
            return;
        }

        await TryAsync(defaults, cancellation);
        if (defaults.Runs)
            _started = await _sandbox.CaptureStartedAsync();
        await engine.Parts.Templates.Steps.KeepAsync(address, _started ?? _state.Layer, cancellation);
    }

    // As a sandbox from it will be started, but with its output in the log.
    private async Task TryAsync(TemplateDefaults defaults, CancellationToken cancellation)
    {
        var sandbox = await _sandbox.OnAsync(_state, cancellation, defaults.Runs ? build.Resources : null);
        _sandbox.Spoil();
        await sandbox.Guest.ConfigureAsync(new GuestConfiguration(defaults.Environment, User(null), defaults.WorkingDirectory), cancellation);
        if (defaults.User is { } user)
            _ = await sandbox.Guest.Files.StatAsync("/", user, cancellation);
        if (!defaults.Runs)
            return;
        if (defaults.StartCommand is not null)
            log.Say($"START {defaults.StartCommand}", StepNames.Finalize);
        if (defaults.ReadyCommand is not null)
            log.Say($"READY {defaults.ReadyCommand}", StepNames.Finalize);
        var lines = new LogLines(log, StepNames.Finalize);
        var limit = engine.Options.ReadyLimit;
        using var late = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            await new TemplateStart(defaults, sandbox.Guest, time) { OnOutput = piece => { lock (lines) lines.Add(piece.Span); } }.RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new CaissonException(ErrorCode.DeadlineExceeded, $"the template was not ready within {limit.TotalSeconds:0} s", "Correct its start or ready command.");
        }
        finally
        {
            lock (lines)
                lines.Complete();
        }
    }

    private TemplateDefaults Defaults() => new()
    {
        Environment = _state.Environment,
        WorkingDirectory = _state.Directory,
        User = _state.User,
        // A start command of its own is not waited for by the ready command of another.
        StartCommand = recipe.StartCommand ?? _from.StartCommand,
        ReadyCommand = recipe.ReadyCommand ?? (recipe.StartCommand is null ? _from.ReadyCommand : null),
    };

    private void Say(string number, string text, string before = "") =>
        log.Say($"{before}[{number}/{recipe.Steps.Count.ToString(CultureInfo.InvariantCulture)}] {text}", number);
}

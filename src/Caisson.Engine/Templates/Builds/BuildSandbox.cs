using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Sandboxes;

namespace Caisson.Engine.Templates.Builds;

/// <summary>The sandbox in which steps of one build run, one after another; a new one where the last does not hold what the next step stands on.</summary>
internal sealed class BuildSandbox(SandboxEngine engine, TemplateRecipe recipe, TemplateOptions options) : IAsyncDisposable
{
    /// <summary>Whose the sandboxes of builds are: nobody who could list them.</summary>
    public const string Owner = "caisson.templates";

    // Beyond this a capture is made of the same sandbox, however large: every new sandbox adds a layer below.
    private const int DeepEnough = LayerStore.MostLayers - 8;

    private LiveSandbox? _sandbox;
    private string? _content;
    private Resources _resources = options.BuildResources;
    private bool _retire;

    /// <summary>A sandbox that holds what a build has come to, within these bounds, or else those of steps.</summary>
    public async Task<LiveSandbox> OnAsync(BuildState state, CancellationToken cancellation, Resources? resources = null)
    {
        var bounds = resources ?? options.BuildResources;
        if (_sandbox is not null && _content == state.Layer && _resources == bounds && !_retire)
            return _sandbox;
        await EndAsync();
        _resources = bounds;
        var layer = state.Layer is { } address ? engine.Parts.Layers.Get(address) : null;
        _sandbox = (LiveSandbox)await engine.CreateAsync(Owner, Spec(state.Base), new SandboxOrigin(layer, state.Base, TemplateDefaults.None), cancellation);
        (_content, _retire) = (state.Layer, false);
        return _sandbox;
    }

    /// <summary>Keeps what the sandbox has become; one use of the layer is the caller's.</summary>
    public async Task<LayerRecord> CaptureAsync()
    {
        var layer = await _sandbox!.CaptureAsync();
        _content = layer.Address;
        _retire = layer.Bytes > options.LargeCapture && engine.Parts.Layers.Files(layer.Address).Count < DeepEnough;
        return layer;
    }

    /// <summary>Keeps a copy, processes and all, of what the sandbox has become, one use of which is the caller's; null where its wall cannot, or where none runs.</summary>
    public async Task<string?> CaptureStartedAsync() => (await _sandbox!.CaptureStartedAsync())?.Address;

    /// <summary>Says that the sandbox holds something that is not to be kept.</summary>
    public void Spoil() => _retire = true;

    /// <summary>The spec of a sandbox in which steps run.</summary>
    public SandboxSpec Spec(string template) => new()
    {
        Template = template,
        Wall = recipe.Wall,
        Resources = _resources,
        Egress = recipe.Egress,
        // Longer than the build may take, so that it is the build that ends it, and that nothing is left if we do not come back.
        Lifecycle = new Lifecycle { Timeout = options.BuildLimit + TimeSpan.FromMinutes(10) },
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync();

    private async Task EndAsync()
    {
        if (_sandbox is not { } sandbox)
            return;
        _sandbox = null;
        try
        {
            // Bounded by the engine's own limit on each attempt to take a sandbox down.
            await sandbox.KillAsync(CancellationToken.None);
        }
        catch (CaissonException gone) when (gone.Code is ErrorCode.NotFound or ErrorCode.Internal or ErrorCode.Unavailable)
        {
            // It ended by itself, or the engine tells of it and tries again at its next start.
        }
    }
}

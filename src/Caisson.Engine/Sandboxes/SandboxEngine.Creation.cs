using System.Globalization;
using System.Security.Cryptography;
using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Pools;
using Caisson.Engine.Templates;
using Caisson.Engine.Walls;

namespace Caisson.Engine.Sandboxes;

public sealed partial class SandboxEngine
{
    private const string TokenAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const int TokenLength = 32;

    private (SandboxOrigin Origin, SandboxSpec Spec) OriginOf(string tenant, SandboxSpec spec)
    {
        if (_parts!.Snapshots.Find(tenant, spec.Template) is { } snapshot)
            return (SandboxOrigin.Of(OfSameShape(_parts.Layers.Get(snapshot.Layer), snapshot.Resources, spec.Resources), snapshot.Defaults), spec with { Template = snapshot.Id });
        if (_parts.Templates.Find(tenant, spec.Template) is { } version)
            return (OriginOf(version, spec), spec with { Template = version.Template.Id });
        if (!templates.Knows(spec.Template))
            throw new CaissonException(ErrorCode.NotFound, $"template '{spec.Template}' not found", "Build it first, or name one that exists.");
        var address = templates.AddressOf(spec.Template);
        return (new SandboxOrigin(null, address, templates.DefaultsOf(address)), spec with { Template = address });
    }

    // With what it runs up already where that was copied, and where the sandbox has the same bounds.
    private SandboxOrigin OriginOf(TemplateVersion version, SandboxSpec spec)
    {
        var (build, defaults) = (version.Build, version.Build.Defaults with { Name = version.Template.Name });
        return build.Started is { } started && build.Resources == spec.Resources
            ? SandboxOrigin.Of(_parts!.Layers.Get(started), defaults) with { FilesWillDo = true }
            : SandboxOrigin.Of(_parts!.Layers.Get(build.Layer!), defaults);
    }

    private async Task<ISandbox> CreateAdmittedAsync(string tenant, SandboxSpec spec, SandboxOrigin origin, long? pooledSince, CancellationToken cancellation)
    {
        var layer = origin.Layer;
        var limit = options.StartLimit + (origin.Defaults.Runs ? options.ReadyLimit : TimeSpan.Zero);
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token, _stopping.Token);
        LiveSandbox? sandbox = null;
        _pools!.Traffic.Enter();
        try
        {
            var wall = await walls.ChooseAsync(layer is null ? spec.Wall : WallOf(layer, spec), options.DefaultWall, WallAdvice.Of(options.Workload, spec), either.Token);
            var root = await templates.ResolveAsync(origin.Base, either.Token) with { Captured = await _parts!.Layers.SoundFilesAsync(origin.StandsOn, either.Token) };
            var copy = await CopyOfAsync(origin, either.Token);
            // What a template runs belongs to the sandbox that it was started in.
            var isPooled = pooledSince is not null && !origin.Defaults.Runs && copy is null;
            var pool = isPooled ? _pools.Of(PoolKey.Of(spec, origin.Base, layer?.Address, wall.Name, root), wall, root) : null;
            SandboxInfo New(SandboxId id) =>
                NewInfo(id, tenant, spec, wall) with { Layer = origin.StandsOn, Defaults = layer is null ? origin.Defaults : origin.Defaults with { Base = origin.Base } };
            sandbox = pool is null ? null : await ClaimAsync(pool, wall, New, origin.Base, either.Token);
            if (sandbox is not null)
            {
                pool!.Claimed(time.GetElapsedTime(pooledSince!.Value));
            }
            else
            {
                sandbox = new LiveSandbox(New(SandboxId.New()), _parts!, origin.Base);
                var since = time.GetTimestamp();
                await sandbox.StartAsync(wall, root, copy, origin.FilesWillDo, either.Token);
                pool?.Started(time.GetElapsedTime(since));
            }

            either.Token.ThrowIfCancellationRequested();
            Register(sandbox);
            sandbox.Open("ready");
            return sandbox;
        }
        catch (Exception e)
        {
            LogCreateFailed(e, sandbox?.Info.Id);
            if (sandbox is not null)
                await sandbox.AbandonAsync($"it could not be started: {e.Message}");
            else
                await _parts!.Layers.ReleaseAsync(origin.StandsOn);
            Interlocked.Decrement(ref _admitted);
            throw AsTyped(e, late.IsCancellationRequested, limit, cancellation);
        }
        finally
        {
            await _parts!.Layers.ReleaseAsync(origin.Copied);
            _pools.Traffic.Leave();
        }
    }

    private async Task<SandboxCopy?> CopyOfAsync(SandboxOrigin origin, CancellationToken cancellation)
    {
        try
        {
            return await _parts!.Layers.SoundCopyAsync(origin.Layer, cancellation);
        }
        catch (CaissonException e) when (origin.FilesWillDo)
        {
            LogNotCopied(e, origin.Base);
            return null;
        }
    }

    private Exception AsTyped(Exception e, bool late, TimeSpan limit, CancellationToken cancellation) => e switch
    {
        CaissonException => e,
        OperationCanceledException when cancellation.IsCancellationRequested => new OperationCanceledException(e.Message, e, cancellation),
        OperationCanceledException when _stopping.IsCancellationRequested => NotServing(),
        OperationCanceledException when late => new CaissonException(
            ErrorCode.DeadlineExceeded, $"the sandbox was not ready within {limit.TotalSeconds:0} s", "Try again; the host may be overloaded.", FailureKind.Infrastructure, e),
        _ => new CaissonException(ErrorCode.Internal, $"the sandbox could not be started: {e.Message}", inner: e),
    };

    private static LayerRecord OfSameShape(LayerRecord layer, Resources was, Resources asked) =>
        layer.Memory is null || (asked.MemoryBytes, asked.Cpus) == (was.MemoryBytes, was.Cpus)
            ? layer
            : throw new CaissonException(
                ErrorCode.InvalidArgument,
                string.Create(CultureInfo.InvariantCulture, $"the snapshot has processes in {was.MemoryBytes >> 20} MB of memory and {was.Cpus} processors, and goes on with just those"),
                "Ask for the same, or for none.");

    private static string WallOf(LayerRecord layer, SandboxSpec spec) => spec.Wall is null || spec.Wall == layer.Wall
        ? layer.Wall
        : throw new CaissonException(ErrorCode.InvalidArgument, $"the snapshot or template was made by the wall '{layer.Wall}' and can be read by no other", "Name that wall, or none.");

    private static SandboxInfo NewInfo(SandboxId id, string tenant, SandboxSpec spec, ISandboxBackend wall) => new(
        id,
        tenant,
        spec,
        wall.Name,
        SandboxState.Starting,
        default,
        null,
        RandomNumberGenerator.GetString(TokenAlphabet, TokenLength),
        spec.Ingress.Public ? null : RandomNumberGenerator.GetString(TokenAlphabet, TokenLength));
}

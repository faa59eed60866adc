using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Core.Volumes;
using Caisson.Engine.State;
using Microsoft.Extensions.Logging;

namespace Caisson.Engine.Volumes;

/// <summary>The volumes of this host: a folder each in the state directory, with the image and the place where it is mounted while in use.</summary>
public sealed partial class VolumeLibrary(EngineOptions options, IVolumeHost host, IVolumeStore store, TimeProvider time, ILogger<VolumeLibrary> log) : IVolumeCatalog, IAsyncDisposable
{
    private const string TokenAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const int TokenLength = 32;
    private const int MostVolumes = 1000;
    private const string Making = ".new";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly ConcurrentDictionary<string, VolumeSlot> _slots = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changes = new(1, 1);
    private readonly string _directory = Path.Combine(Path.GetFullPath(options.StateDirectory), "volumes");

    /// <summary>Takes note of the volumes of the server before and removes what it left half done; the state directory is locked by then.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(_directory, Private);
        host.Sweep(_directory);
        foreach (var volume in await store.LoadVolumesAsync(cancellation))
            _slots[volume.Id] = Slot(volume);
        foreach (var path in Directory.EnumerateDirectories(_directory).Where(path => !_slots.ContainsKey(Path.GetFileName(path))))
            Directory.Delete(path, recursive: true);
    }

    /// <inheritdoc/>
    public async Task<VolumeInfo> CreateAsync(string tenant, string name, VolumeQuota? quota, CancellationToken cancellation)
    {
        VolumeRules.RequireNameable(name);
        VolumeRules.RequirePossible(quota ??= VolumeRules.Default);
        await _changes.WaitAsync(cancellation);
        try
        {
            if (Find(tenant, name) is not null)
                throw new CaissonException(ErrorCode.AlreadyExists, $"there is a volume '{name}' already", "Choose another name.");
            if (_slots.Count >= MostVolumes)
                throw new CaissonException(ErrorCode.ResourceExhausted, $"this server has {MostVolumes} volumes, which is all it may", "Remove one first.");
            var volume = new VolumeInfo(SandboxId.New().Value, tenant, name, quota, RandomNumberGenerator.GetString(TokenAlphabet, TokenLength), time.GetUtcNow());
            await MakeAsync(volume, cancellation);
            _slots[volume.Id] = Slot(volume);
            return volume;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <inheritdoc/>
    public VolumeInfo? Find(string tenant, string reference) => FindSlot(tenant, reference)?.Info;

    /// <inheritdoc/>
    public VolumeInfo? FindByToken(string id, string token) =>
        _slots.TryGetValue(id, out var slot) && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(slot.Info.Token)) ? slot.Info : null;

    /// <inheritdoc/>
    public IReadOnlyList<VolumeInfo> List(string tenant) =>
        [.. _slots.Values.Select(slot => slot.Info).Where(info => info.Tenant == tenant).OrderBy(info => info.CreatedAt).ThenBy(info => info.Id, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string tenant, string id, CancellationToken cancellation)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            if (!_slots.TryGetValue(id, out var slot) || slot.Info.Tenant != tenant)
                return false;
            slot.Remove();
            try
            {
                await store.DeleteVolumeAsync(id, cancellation);
            }
            catch
            {
                slot.Restore();
                throw;
            }

            _slots.TryRemove(id, out _);
            options.AtPoint?.Invoke(EnginePoint.VolumeForgotten);
            await RemoveFilesAsync(slot);
            return true;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<VolumeLease> OpenAsync(VolumeInfo volume, CancellationToken cancellation)
    {
        var slot = FindSlot(volume.Tenant, volume.Id) ?? throw NotFound(volume.Name);
        return new VolumeLease((await slot.UseAsync(cancellation)).Files, slot.Release);
    }

    /// <summary>Lets go of every mount of ours; sandboxes keep theirs.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var slot in _slots.Values)
        {
            try
            {
                await slot.DisposeAsync();
            }
            catch (Exception e) when (e is CaissonException or IOException)
            {
                LogStillMounted(e, slot.Info.Id);
            }
        }

        _slots.Clear();
    }

    /// <summary>Mounts what a sandbox asks for and makes mounts of it; what is held so is let go of by <see cref="LetGo"/>.</summary>
    internal async Task<SandboxSpec> HoldAsync(string tenant, SandboxId sandbox, SandboxSpec spec, CancellationToken cancellation)
    {
        if (spec.Volumes.Count == 0)
            return spec;
        VolumeRules.RequireMountable(spec.Volumes);
        var mounts = new List<Mount>();
        try
        {
            foreach (var volume in spec.Volumes)
            {
                var slot = FindSlot(tenant, volume.Volume) ?? throw NotFound(volume.Volume);
                mounts.Add(new Mount(await slot.HoldAsync(sandbox, cancellation), volume.Path, volume.ReadOnly) { IsVolume = true });
            }
        }
        catch
        {
            LetGo(tenant, sandbox, spec);
            throw;
        }

        return spec with { Mounts = [.. spec.Mounts, .. mounts] };
    }

    /// <summary>Notes which volumes a sandbox has that is not to be started now.</summary>
    internal void Claim(string tenant, SandboxId sandbox, SandboxSpec spec)
    {
        foreach (var volume in spec.Volumes)
            FindSlot(tenant, volume.Volume)?.Claim(sandbox);
    }

    /// <summary>A sandbox has ended, or, keeping its claim, needs the mounts no more.</summary>
    internal void LetGo(string tenant, SandboxId sandbox, SandboxSpec spec, bool keepClaim = false)
    {
        foreach (var volume in spec.Volumes)
            FindSlot(tenant, volume.Volume)?.LetGo(sandbox, keepClaim);
    }

    private async Task MakeAsync(VolumeInfo volume, CancellationToken cancellation)
    {
        var (making, made) = (DirectoryOf(volume) + Making, DirectoryOf(volume));
        Directory.CreateDirectory(making, Private);
        try
        {
            await host.FormatAsync(Path.Combine(making, VolumeSlot.Image), volume.Quota, cancellation);
            new DurableFiles(options.SyncDirectory).MoveDirectory(making, made);
            options.AtPoint?.Invoke(EnginePoint.VolumeMade);
            await store.SaveVolumeAsync(volume, cancellation);
            options.AtPoint?.Invoke(EnginePoint.VolumeSaved);
        }
        catch
        {
            foreach (var path in (string[])[making, made])
            {
                if (Directory.Exists(path))
                    Directory.Delete(path, recursive: true);
            }

            throw;
        }
    }

    // It is forgotten already: what cannot be removed now is swept by the next start.
    private async Task RemoveFilesAsync(VolumeSlot slot)
    {
        try
        {
            await slot.DisposeAsync();
            Directory.Delete(DirectoryOf(slot.Info), recursive: true);
        }
        catch (Exception e) when (e is CaissonException or IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(e, slot.Info.Id);
        }
    }

    private VolumeSlot? FindSlot(string tenant, string reference) => _slots.TryGetValue(reference, out var slot)
        ? slot.Info.Tenant == tenant ? slot : null
        : _slots.Values.FirstOrDefault(one => one.Info.Tenant == tenant && one.Info.Name == reference);

    private VolumeSlot Slot(VolumeInfo volume) => new(volume, host, DirectoryOf(volume), time, e => LogStillMounted(e, volume.Id));

    private string DirectoryOf(VolumeInfo volume) => Path.Combine(_directory, volume.Id);

    private static CaissonException NotFound(string name) => new(ErrorCode.NotFound, $"volume '{name}' not found", "Make it first, or name one that exists.");
}

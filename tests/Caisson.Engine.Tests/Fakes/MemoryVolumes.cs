using System.Collections.Concurrent;
using Caisson.Engine.Secrets;
using Caisson.Engine.Volumes;

namespace Caisson.Engine.Tests.Fakes;

internal sealed class MemoryVolumes : IVolumeStore, ISecretStore
{
    public ConcurrentDictionary<string, VolumeInfo> Volumes { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, SecretRecord> Secrets { get; } = new(StringComparer.Ordinal);

    public Task SaveVolumeAsync(VolumeInfo volume, CancellationToken cancellation)
    {
        Volumes[volume.Id] = volume;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<VolumeInfo>> LoadVolumesAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<VolumeInfo>>([.. Volumes.Values]);

    public Task DeleteVolumeAsync(string id, CancellationToken cancellation)
    {
        Volumes.TryRemove(id, out _);
        return Task.CompletedTask;
    }

    public Task SaveSecretsAsync(IReadOnlyList<SecretRecord> secrets, CancellationToken cancellation)
    {
        foreach (var secret in secrets)
            Secrets[secret.Info.Id] = secret;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SecretRecord>> LoadSecretsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<SecretRecord>>([.. Secrets.Values]);

    public Task DeleteSecretAsync(string id, CancellationToken cancellation)
    {
        Secrets.TryRemove(id, out _);
        return Task.CompletedTask;
    }
}

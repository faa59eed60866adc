using Caisson.Core.Failures;
using Caisson.Core.Volumes;
using Caisson.Engine.Secrets;
using Caisson.Engine.Volumes;

namespace Caisson.Server.Tests.Fakes;

/// <summary>Records of volumes and secrets that go with the process, and a host that makes images of text and mounts none.</summary>
internal sealed class MemoryVault : IVolumeStore, ISecretStore, IVolumeHost
{
    public Task SaveVolumeAsync(VolumeInfo volume, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<VolumeInfo>> LoadVolumesAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<VolumeInfo>>([]);

    public Task DeleteVolumeAsync(string id, CancellationToken cancellation) => Task.CompletedTask;

    public Task SaveSecretsAsync(IReadOnlyList<SecretRecord> secrets, CancellationToken cancellation) => Task.CompletedTask;

    public Task<IReadOnlyList<SecretRecord>> LoadSecretsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<SecretRecord>>([]);

    public Task DeleteSecretAsync(string id, CancellationToken cancellation) => Task.CompletedTask;

    public Task FormatAsync(string image, VolumeQuota quota, CancellationToken cancellation) => File.WriteAllTextAsync(image, "", cancellation);

    public Task<IMountedVolume> MountAsync(string image, string place, CancellationToken cancellation) =>
        throw new CaissonException(ErrorCode.Unsupported, "this host mounts nothing");

    public void Sweep(string directory)
    {
    }
}

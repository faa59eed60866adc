using Caisson.Core.Volumes;

namespace Caisson.Engine.Volumes;

/// <summary>The volumes of this host.</summary>
public interface IVolumeCatalog
{
    /// <summary>Makes an empty volume; AlreadyExists when the tenant has one of that name.</summary>
    Task<VolumeInfo> CreateAsync(string tenant, string name, VolumeQuota? quota, CancellationToken cancellation);

    /// <summary>The tenant's volume of that id or name, or null.</summary>
    VolumeInfo? Find(string tenant, string reference);

    /// <summary>The volume of that id if the token is its own, whoever owns it, or null.</summary>
    VolumeInfo? FindByToken(string id, string token);

    /// <summary>The tenant's volumes, oldest first.</summary>
    IReadOnlyList<VolumeInfo> List(string tenant);

    /// <summary>Removes a volume with all in it; Conflict while a sandbox has it, false when there is none of that id.</summary>
    Task<bool> DeleteAsync(string tenant, string id, CancellationToken cancellation);

    /// <summary>Opens a volume's content; it stays mounted until the lease is disposed.</summary>
    Task<VolumeLease> OpenAsync(VolumeInfo volume, CancellationToken cancellation);
}

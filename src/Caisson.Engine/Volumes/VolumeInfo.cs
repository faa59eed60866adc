using Caisson.Core.Volumes;

namespace Caisson.Engine.Volumes;

/// <summary>Files that outlive sandboxes and that several of them share.</summary>
/// <param name="Id">Its id, in the form of a sandbox's.</param>
/// <param name="Tenant">Who owns it.</param>
/// <param name="Name">Its name, of which the tenant has one.</param>
/// <param name="Quota">What it may hold.</param>
/// <param name="Token">The token by which its content is reached without a key; 32 characters, drawn at random.</param>
/// <param name="CreatedAt">When, UTC.</param>
public sealed record VolumeInfo(string Id, string Tenant, string Name, VolumeQuota Quota, string Token, DateTimeOffset CreatedAt);

namespace Caisson.Engine.Secrets;

/// <summary>The secrets of this server. Values go in and come out only in what the gateway sends.</summary>
public interface ISecretVault
{
    /// <summary>Keeps a new secret; AlreadyExists when the tenant has one of that name.</summary>
    Task<SecretInfo> CreateAsync(string tenant, string name, string value, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellation);

    /// <summary>Sets the value of the secret of that id or name, and its labels where they are given; NotFound when there is none.</summary>
    Task<SecretInfo> UpdateAsync(string tenant, string reference, string value, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellation);

    /// <summary>The tenant's secret of that id or name, or null.</summary>
    SecretInfo? Find(string tenant, string reference);

    /// <summary>The tenant's secrets, oldest first.</summary>
    IReadOnlyList<SecretInfo> List(string tenant);

    /// <summary>Forgets one; false when there is none.</summary>
    Task<bool> DeleteAsync(string tenant, string reference, CancellationToken cancellation);

    /// <summary>Seals every secret anew under a new key and forgets the old one; tells how many.</summary>
    Task<int> RotateKeyAsync(CancellationToken cancellation);
}

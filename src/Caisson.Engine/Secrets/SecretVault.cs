using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;

namespace Caisson.Engine.Secrets;

/// <summary>The secrets of this server, sealed in the store and in memory; a value is opened only while a policy is put into force.</summary>
public sealed partial class SecretVault(EngineOptions options, ISecretStore store, TimeProvider time) : ISecretVault, IDisposable
{
    private const int MostSecrets = 10_000;

    private readonly ConcurrentDictionary<string, SecretRecord> _records = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changes = new(1, 1);
    private readonly string _file = Path.Combine(Path.GetFullPath(options.StateDirectory), "secrets.key");
    private SecretKeys? _keys;

    /// <summary>Told after a secret was set or forgotten: whose, and its name.</summary>
    internal Func<string, string, Task>? Changed { get; set; }

    /// <summary>Takes note of the secrets of the server before.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach (var record in await store.LoadSecretsAsync(cancellation))
            _records[record.Info.Id] = record;
        if (!_records.IsEmpty)
            _ = Keys();
    }

    /// <inheritdoc/>
    public Task<SecretInfo> CreateAsync(string tenant, string name, string value, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellation) =>
        SetAsync(tenant, value, metadata, () =>
        {
            var kept = SecretRules.Name(name);
            if (Find(tenant, kept) is not null)
                throw new CaissonException(ErrorCode.AlreadyExists, $"there is a secret '{kept}' already", "Update it, or choose another name.");
            if (_records.Count >= MostSecrets)
                throw new CaissonException(ErrorCode.ResourceExhausted, $"this server has {MostSecrets} secrets, which is all it may", "Remove one first.");
            var now = time.GetUtcNow();
            return new SecretInfo($"sec_{SandboxId.New().Value}", tenant, kept, 0, new Dictionary<string, string>(StringComparer.Ordinal), now, now);
        }, cancellation);

    /// <inheritdoc/>
    public Task<SecretInfo> UpdateAsync(string tenant, string reference, string value, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellation) =>
        SetAsync(tenant, value, metadata, () => Find(tenant, reference) ?? throw new CaissonException(ErrorCode.NotFound, "there is no such secret"), cancellation);

    /// <inheritdoc/>
    public SecretInfo? Find(string tenant, string reference) => FindRecord(tenant, reference)?.Info;

    /// <inheritdoc/>
    public IReadOnlyList<SecretInfo> List(string tenant) =>
        [.. _records.Values.Select(record => record.Info).Where(info => info.Tenant == tenant).OrderBy(info => info.CreatedAt).ThenBy(info => info.Id, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string tenant, string reference, CancellationToken cancellation)
    {
        SecretInfo info;
        await _changes.WaitAsync(cancellation);
        try
        {
            if (Find(tenant, reference) is not { } found)
                return false;
            info = found;
            await store.DeleteSecretAsync(info.Id, cancellation);
            _records.TryRemove(info.Id, out _);
        }
        finally
        {
            _changes.Release();
        }

        await TellAsync(info);
        return true;
    }

    /// <inheritdoc/>
    public async Task<int> RotateKeyAsync(CancellationToken cancellation)
    {
        await _changes.WaitAsync(cancellation);
        try
        {
            var keys = Keys();
            keys.Add();
            options.AtPoint?.Invoke(EnginePoint.SecretsKeyed);
            var sealedAnew = _records.Values.Select(record => new SecretRecord(record.Info, keys.Current, keys.Seal(Open(record), Owner(record.Info)))).ToList();
            await store.SaveSecretsAsync(sealedAnew, cancellation);
            foreach (var record in sealedAnew)
                _records[record.Info.Id] = record;
            options.AtPoint?.Invoke(EnginePoint.SecretsSealed);
            keys.ForgetOld();
            return sealedAnew.Count;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changes.Dispose();

    /// <summary>Whether a policy holds a secret of that name.</summary>
    internal static bool Uses(EgressPolicy policy, string name) =>
        policy.Transforms.Any(transform => transform.SecretHeaders?.Values.Any(text => Placeholder().Matches(text).Any(match => match.Groups["name"].Value == name)) == true);

    /// <summary>A policy with the secrets that it names; one that is not there is refused, or, where it was there once, its header is left out.</summary>
    internal EgressPolicy Resolve(string tenant, EgressPolicy policy, bool strict)
    {
        if (policy.Transforms.All(transform => transform.SecretHeaders is null))
            return policy;
        return policy with { Transforms = [.. policy.Transforms.Select(transform => Resolve(tenant, transform, strict))] };
    }

    private HeaderTransform Resolve(string tenant, HeaderTransform transform, bool strict)
    {
        if (transform.SecretHeaders is not { } named)
            return transform;
        var headers = new Dictionary<string, string>(transform.Headers, StringComparer.OrdinalIgnoreCase);
        foreach (var (header, text) in named)
        {
            var missing = Placeholder().Matches(text).Select(match => match.Groups["name"].Value).FirstOrDefault(name => FindRecord(tenant, name) is null);
            if (missing is not null && strict)
                throw new CaissonException(ErrorCode.InvalidArgument, $"there is no secret '{missing}'", "Set it first.");
            if (missing is null)
                headers[header] = Placeholder().Replace(text, match => Open(FindRecord(tenant, match.Groups["name"].Value)!));
        }

        return new HeaderTransform(transform.Host, headers);
    }

    private async Task<SecretInfo> SetAsync(
        string tenant, string value, IReadOnlyDictionary<string, string>? metadata, Func<SecretInfo> find, CancellationToken cancellation)
    {
        SecretRules.RequireCarried(value);
        SecretRules.RequireBounded(metadata);
        SecretInfo info;
        await _changes.WaitAsync(cancellation);
        try
        {
            var before = find();
            info = before with { Version = before.Version + 1, Metadata = metadata ?? before.Metadata, UpdatedAt = time.GetUtcNow() };
            var record = new SecretRecord(info, Keys().Current, Keys().Seal(value, Owner(info)));
            await store.SaveSecretsAsync([record], cancellation);
            _records[info.Id] = record;
        }
        finally
        {
            _changes.Release();
        }

        await TellAsync(info);
        return info;
    }

    private Task TellAsync(SecretInfo info) => Changed?.Invoke(info.Tenant, info.Name) ?? Task.CompletedTask;

    private SecretRecord? FindRecord(string tenant, string reference) => _records.TryGetValue(reference, out var byId)
        ? byId.Info.Tenant == tenant ? byId : null
        : _records.Values.FirstOrDefault(one => one.Info.Tenant == tenant && string.Equals(one.Info.Name, reference, StringComparison.OrdinalIgnoreCase));

    private string Open(SecretRecord record) => Keys().Unseal(record.KeyId, record.Sealed, Owner(record.Info));

    private SecretKeys Keys() => _keys ??= SecretKeys.Open(_file, new State.DurableFiles(options.SyncDirectory));

    // A sealed value that is moved to another row does not open there.
    private static string Owner(SecretInfo info) => $"{info.Tenant}\n{info.Id}";

    [GeneratedRegex(@"\$\{secret:(?<name>[A-Za-z0-9._-]{1,128})\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}

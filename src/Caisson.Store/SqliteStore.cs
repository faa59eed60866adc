using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Layers;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Snapshots;
using Caisson.Engine.Store;
using Caisson.Engine.Templates;
using Microsoft.Data.Sqlite;

namespace Caisson.Store;

/// <summary>A store in one SQLite file: one connection writes, a few read beside it.</summary>
public sealed partial class SqliteStore : IStore, ITemplateStore, IAsyncDisposable
{
    private const int Readers = 4;

    private readonly ConnectionPool _writer;
    private readonly ConnectionPool _readers;
    private readonly string _path;

    private SqliteStore(string path)
    {
        _path = path;
        _writer = new ConnectionPool(path, 1);
        _readers = new ConnectionPool(path, Readers);
    }

    /// <summary>Opens the file, making it or bringing its schema up to date; a damaged, foreign or newer file is refused and left as it is.</summary>
    public static Task<SqliteStore> OpenAsync(string path, CancellationToken cancellation) => OpenAsync(path, SchemaMigrations.All, cancellation);

    /// <inheritdoc/>
    public Task SaveSandboxAsync(SandboxInfo sandbox, CancellationToken cancellation) =>
        UseAsync(_writer, connection => SandboxRows.Save(connection, sandbox), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SandboxInfo>> LoadSandboxesAsync(CancellationToken cancellation) =>
        UseAsync(_readers, connection => SandboxRows.Load(connection, cancellation), cancellation);

    /// <inheritdoc/>
    public Task DeleteSandboxAsync(SandboxId id, CancellationToken cancellation) =>
        UseAsync(_writer, connection => SandboxRows.Delete(connection, id), cancellation);

    /// <inheritdoc/>
    public Task SaveLayerAsync(LayerRecord layer, CancellationToken cancellation) =>
        UseAsync(_writer, connection => LayerRows.Save(connection, layer), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LayerRecord>> LoadLayersAsync(CancellationToken cancellation) =>
        UseAsync(_readers, connection => LayerRows.Load(connection, cancellation), cancellation);

    /// <inheritdoc/>
    public Task DeleteLayerAsync(string address, CancellationToken cancellation) =>
        UseAsync(_writer, connection => LayerRows.Delete(connection, address), cancellation);

    /// <inheritdoc/>
    public Task SaveSnapshotAsync(SnapshotInfo snapshot, CancellationToken cancellation) =>
        UseAsync(_writer, connection => SnapshotRows.Save(connection, snapshot), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SnapshotInfo>> LoadSnapshotsAsync(CancellationToken cancellation) =>
        UseAsync(_readers, connection => SnapshotRows.Load(connection, cancellation), cancellation);

    /// <inheritdoc/>
    public Task DeleteSnapshotAsync(string id, CancellationToken cancellation) =>
        UseAsync(_writer, connection => SnapshotRows.Delete(connection, id), cancellation);

    /// <inheritdoc/>
    public Task SaveTemplateAsync(TemplateInfo template, CancellationToken cancellation) =>
        UseAsync(_writer, connection => TemplateRows.Save(connection, template), cancellation);

    /// <inheritdoc/>
    public Task PublishAsync(TemplateInfo template, TemplateBuild build, CancellationToken cancellation) =>
        UseAsync(_writer, connection => TemplateRows.Publish(connection, template, build), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TemplateInfo>> LoadTemplatesAsync(CancellationToken cancellation) =>
        UseAsync(_readers, connection => TemplateRows.LoadTemplates(connection, cancellation), cancellation);

    /// <inheritdoc/>
    public Task DeleteTemplateAsync(string id, CancellationToken cancellation) =>
        UseAsync(_writer, connection => TemplateRows.Delete(connection, id), cancellation);

    /// <inheritdoc/>
    public Task SaveBuildAsync(TemplateBuild build, CancellationToken cancellation) =>
        UseAsync(_writer, connection => TemplateRows.Save(connection, build), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TemplateBuild>> LoadBuildsAsync(CancellationToken cancellation) =>
        UseAsync(_readers, connection => TemplateRows.LoadBuilds(connection, cancellation), cancellation);

    /// <inheritdoc/>
    public Task DeleteBuildAsync(string id, CancellationToken cancellation) =>
        UseAsync(_writer, connection => TemplateRows.DeleteBuild(connection, id), cancellation);

    /// <inheritdoc/>
    public Task SaveStepAsync(CachedStep step, CancellationToken cancellation) =>
        UseAsync(_writer, connection => TemplateRows.Save(connection, step), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CachedStep>> LoadStepsAsync(CancellationToken cancellation) =>
        UseAsync(_readers, connection => TemplateRows.LoadSteps(connection, cancellation), cancellation);

    /// <inheritdoc/>
    public Task DeleteStepAsync(string key, CancellationToken cancellation) =>
        UseAsync(_writer, connection => TemplateRows.DeleteStep(connection, key), cancellation);

    /// <inheritdoc/>
    public Task SaveKeyAsync(ApiKeyRecord key, CancellationToken cancellation) =>
        UseAsync(_writer, connection => KeyRows.Save(connection, key), cancellation);

    /// <inheritdoc/>
    public Task<ApiKeyRecord?> FindKeyAsync(string hash, CancellationToken cancellation) =>
        UseAsync(_readers, connection => KeyRows.Find(connection, hash), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ApiKeyRecord>> ListKeysAsync(CancellationToken cancellation) =>
        UseAsync(_readers, connection => KeyRows.List(connection, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<bool> DeleteKeyAsync(string id, CancellationToken cancellation) =>
        UseAsync(_writer, connection => KeyRows.Delete(connection, id), cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _readers.DisposeAsync();
        await _writer.DisposeAsync();
    }

    internal static async Task<SqliteStore> OpenAsync(string path, IReadOnlyList<Migration> migrations, CancellationToken cancellation)
    {
        var full = Path.GetFullPath(path);
        SqliteStore? store = null;
        try
        {
            StoreFile.Prepare(full);
            store = new SqliteStore(full);
            await store.UseAsync(store._writer, connection => Prepare(connection, migrations, full), cancellation);
            return store;
        }
        catch (Exception e)
        {
            if (store is not null)
                await store.DisposeAsync();
            if (e is IOException or UnauthorizedAccessException)
                throw new CaissonException(ErrorCode.Unsupported, $"the store {full} cannot be opened: {e.Message}", "Name a file that this user may write.", inner: e);
            throw;
        }
    }

    private static bool Prepare(SqliteConnection connection, IReadOnlyList<Migration> migrations, string path)
    {
        // Looked at before anything is written: a damaged file is to be restored or examined, not built upon.
        using (var check = connection.CreateCommand())
        {
            check.CommandText = "PRAGMA quick_check(1)";
            if (check.ExecuteScalar() is not "ok")
                throw StoreFailure.Damaged(path, null);
        }

        SchemaMigrations.Apply(connection, migrations, path);
        using var mode = connection.CreateCommand();
        mode.CommandText = "PRAGMA journal_mode = WAL";
        mode.ExecuteScalar();
        return true;
    }

    private async Task<T> UseAsync<T>(ConnectionPool pool, Func<SqliteConnection, T> work, CancellationToken cancellation)
    {
        try
        {
            return await pool.UseAsync(work, cancellation);
        }
        catch (SqliteException e)
        {
            throw StoreFailure.Of(e, _path, cancellation);
        }
    }
}

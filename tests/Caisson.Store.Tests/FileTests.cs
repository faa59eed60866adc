using System.Diagnostics;
using Caisson.Core.Failures;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Caisson.Store.Tests;

public sealed class FileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_its_owner_may_read_it()
    {
        using var file = new TemporaryFile();
        await File.WriteAllBytesAsync(file.Path, [], Token);
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        await store.SaveKeyAsync(Samples.Key(), Token);
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(file.Path)!))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task An_older_schema_is_brought_up_to_date_with_its_rows()
    {
        using var file = new TemporaryFile();
        var info = Samples.Full();
        await using (var old = await SqliteStore.OpenAsync(file.Path, [SchemaMigrations.All[0]], Token))
        {
            await using var connection = new SqliteConnection($"Data Source={file.Path};Pooling=False");
            await connection.OpenAsync(Token);
            await using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO sandboxes VALUES ($id, 't', 'w', 'Running', '2026-01-01T00:00:00.0000000Z', NULL, 'a', NULL, '{}')";
            insert.Parameters.AddWithValue("$id", info.Id.Value);
            _ = await insert.ExecuteNonQueryAsync(Token);
            await Assert.ThrowsAsync<CaissonException>(() => old.ListKeysAsync(Token));
        }

        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        Assert.Equal(info.Id, Assert.Single(await store.LoadSandboxesAsync(Token)).Id);
        await store.SaveKeyAsync(Samples.Key(), Token);
        Assert.Single(await store.ListKeysAsync(Token));
    }

    [Fact]
    public async Task A_migration_that_fails_changes_nothing()
    {
        using var file = new TemporaryFile();
        await using (await SqliteStore.OpenAsync(file.Path, [SchemaMigrations.All[0]], Token))
        {
        }

        IReadOnlyList<Migration> broken = [SchemaMigrations.All[0], new Migration(2, "bad", "CREATE TABLE half (a); SELECT nonsense FROM nowhere;")];
        await Assert.ThrowsAsync<CaissonException>(() => SqliteStore.OpenAsync(file.Path, broken, Token));
        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        Assert.Empty(await store.ListKeysAsync(Token));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_alone()
    {
        using var file = new TemporaryFile();
        await using (await SqliteStore.OpenAsync(file.Path, [.. SchemaMigrations.All, new Migration(SchemaMigrations.All[^1].Version + 1, "future", "CREATE TABLE future (a)")], Token))
        {
        }

        var before = await File.ReadAllBytesAsync(file.Path, Token);
        var failure = await Assert.ThrowsAsync<CaissonException>(() => SqliteStore.OpenAsync(file.Path, Token));
        Assert.Equal(ErrorCode.Unsupported, failure.Code);
        Assert.Contains($"schema {SchemaMigrations.All[^1].Version + 1}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(file.Path, Token));
    }

    [Fact]
    public async Task A_damaged_file_is_refused_and_left_alone()
    {
        using var file = new TemporaryFile();
        var garbage = Enumerable.Range(0, 20_000).Select(index => (byte)(index * 7)).ToArray();
        await File.WriteAllBytesAsync(file.Path, garbage, Token);
        var failure = await Assert.ThrowsAsync<CaissonException>(() => SqliteStore.OpenAsync(file.Path, Token));
        Assert.Contains("damaged", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Remedy);
        Assert.Equal(garbage, await File.ReadAllBytesAsync(file.Path, Token));
    }

    [Fact]
    public async Task A_file_with_a_torn_page_is_refused()
    {
        using var file = new TemporaryFile();
        await using (var store = await SqliteStore.OpenAsync(file.Path, Token))
        {
            for (var count = 0; count < 100; count++)
                await store.SaveSandboxAsync(Samples.Full(), Token);
        }

        await using (var raw = new FileStream(file.Path, FileMode.Open))
        {
            raw.Seek(4096, SeekOrigin.Begin);
            raw.Write(Enumerable.Repeat((byte)0x5a, (int)raw.Length - 4096).ToArray());
        }

        var failure = await Assert.ThrowsAsync<CaissonException>(() => SqliteStore.OpenAsync(file.Path, Token));
        Assert.Contains("damaged", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_programs_database_is_refused()
    {
        using var file = new TemporaryFile();
        await using (var other = new SqliteConnection($"Data Source={file.Path};Pooling=False"))
        {
            await other.OpenAsync(Token);
            await using var command = other.CreateCommand();
            command.CommandText = "CREATE TABLE theirs (a)";
            await command.ExecuteNonQueryAsync(Token);
        }

        var failure = await Assert.ThrowsAsync<CaissonException>(() => SqliteStore.OpenAsync(file.Path, Token));
        Assert.Contains("another program", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_saved_survives_a_server_that_is_killed()
    {
        // The files as a killed process leaves them: the database, and a log that nobody has merged into it.
        using var file = new TemporaryFile();
        using var copy = new TemporaryFile();
        var info = Samples.Full();
        await using (var store = await SqliteStore.OpenAsync(file.Path, Token))
        {
            await store.SaveSandboxAsync(info, Token);
            File.Copy(file.Path, copy.Path);
            File.Copy(file.Path + "-wal", copy.Path + "-wal");
        }

        await using var again = await SqliteStore.OpenAsync(copy.Path, Token);
        Assert.Equal(Samples.Json(info), Samples.Json(Assert.Single(await again.LoadSandboxesAsync(Token))));
    }

    [Fact]
    public async Task A_save_is_quick()
    {
        using var file = new TemporaryFile();
        await using var store = await SqliteStore.OpenAsync(file.Path, Token);
        var watch = Stopwatch.StartNew();
        for (var count = 0; count < 500; count++)
            await store.SaveSandboxAsync(Samples.Full(), Token);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"500 saves took {watch.Elapsed}");
    }
}

using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Caisson.Store;

/// <summary>A fixed number of connections to one file, opened when first needed, each used by one caller at a time.</summary>
internal sealed class ConnectionPool(string path, int size) : IAsyncDisposable
{
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private readonly SemaphoreSlim _free = new(size, size);

    /// <summary>Runs short work on a connection; cancelling stops the wait for one, and the statement under way.</summary>
    public async Task<T> UseAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        SqliteConnection? connection = null;
        try
        {
            connection = _idle.TryTake(out var idle) ? idle : Open();
            var handle = connection.Handle;
            using (cancellation.Register(() => SQLitePCL.raw.sqlite3_interrupt(handle)))
            {
                cancellation.ThrowIfCancellationRequested();
                return work(connection);
            }
        }
        finally
        {
            if (connection is not null)
                _idle.Add(connection);
            _free.Release();
        }
    }

    /// <summary>Waits for the work under way and closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var taken = 0; taken < size; taken++)
            await _free.WaitAsync();
        while (_idle.TryTake(out var connection))
            await connection.DisposeAsync();
        _free.Dispose();
    }

    private SqliteConnection Open()
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 5,
        };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            // WAL with NORMAL loses at most the last commits at a power cut, never the database; the kernel keeps what a killed process wrote.
            command.CommandText = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF;";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}

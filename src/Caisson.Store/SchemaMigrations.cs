using System.Globalization;
using System.Reflection;
using Caisson.Core.Failures;
using Microsoft.Data.Sqlite;

namespace Caisson.Store;

/// <summary>Brings a database's schema up to date, all of it or none.</summary>
internal static class SchemaMigrations
{
    // "Cais": tells our files from other SQLite databases.
    private const int ApplicationId = 0x43616973;
    private const string Folder = "Migrations/";

    /// <summary>Every step, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = Load();

    /// <summary>Applies the steps that a database lacks; refuses files of other programs and of later versions, unchanged.</summary>
    public static void Apply(SqliteConnection connection, IReadOnlyList<Migration> migrations, string path)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = Number(connection, transaction, "PRAGMA user_version");
        var application = Number(connection, transaction, "PRAGMA application_id");
        var empty = Number(connection, transaction, "SELECT count(*) FROM sqlite_schema") == 0;
        if (application != ApplicationId && !(empty && application == 0 && version == 0))
        {
            throw new CaissonException(
                ErrorCode.Unsupported, $"{path} is a database of another program", "Name another file for the store.", FailureKind.Infrastructure);
        }

        var latest = migrations.Count == 0 ? 0 : migrations[^1].Version;
        if (version > latest)
        {
            throw new CaissonException(
                ErrorCode.Unsupported,
                $"the store {path} has schema {version}, this version knows schemas up to {latest}",
                "Run the newer version, or give this one a store of its own.",
                FailureKind.Infrastructure);
        }

        foreach (var migration in migrations.Where(step => step.Version > version))
            Run(connection, transaction, migration.Sql);
        Run(connection, transaction, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {latest};"));
        transaction.Commit();
    }

    private static long Number(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        return (long)command.ExecuteScalar()!;
    }

    private static void Run(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        command.ExecuteNonQuery();
    }

    private static List<Migration> Load()
    {
        var assembly = typeof(SchemaMigrations).Assembly;
        var found = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new Migration(int.Parse(name.AsSpan(Folder.Length, 4), CultureInfo.InvariantCulture), name[Folder.Length..], Text(assembly, name)))
            .ToList();
        // Numbers may be left out, but none may be there twice.
        for (var index = 1; index < found.Count; index++)
        {
            if (found[index].Version <= found[index - 1].Version)
                throw new InvalidOperationException($"migration {found[index].Name} is out of sequence");
        }

        return found;
    }

    private static string Text(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}

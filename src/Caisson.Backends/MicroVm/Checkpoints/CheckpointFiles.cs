using System.Security.Cryptography;
using System.Text.Json;
using Caisson.Core.Failures;
using Caisson.Linux.Files;

namespace Caisson.Backends.MicroVm.Checkpoints;

/// <summary>The memory of one sandbox's machine on disk, for its server alone.</summary>
internal static class CheckpointFiles
{
    private const string Memory = "memory";
    private const string Record = "checkpoint.json";
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string WithoutIt = "Resume it with its files alone (memory: false), or take the snapshot again.";

    /// <summary>Writes it and waits until it is on disk; a failure leaves no directory.</summary>
    /// <returns>Its size and hash.</returns>
    public static async Task<(long Bytes, string Digest)> WriteAsync(string folder, string key, byte[] token, Func<Func<ReadOnlyMemory<byte>, ValueTask>, Task> write)
    {
        Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var file = Create(Path.Combine(folder, Memory));
            await write(piece =>
            {
                hash.AppendData(piece.Span);
                return file.WriteAsync(piece);
            }).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
            var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
            await using (var record = Create(Path.Combine(folder, $"{Record}.new")))
            {
                await JsonSerializer.SerializeAsync(record, new CheckpointRecord(key, digest, token), CheckpointRecordJson.Default.CheckpointRecord).ConfigureAwait(false);
                record.Flush(flushToDisk: true);
            }

            File.Move(Path.Combine(folder, $"{Record}.new"), Path.Combine(folder, Record));
            HostDirectory.Sync(folder);
            HostDirectory.Sync(Path.GetDirectoryName(folder)!);
            return (file.Length, digest);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>Copies what was written into a new directory, and waits until it is on disk.</summary>
    /// <returns>Its size and hash.</returns>
    public static async Task<(long Bytes, string Digest)> CopyAsync(string folder, string to, CancellationToken cancellation)
    {
        Directory.CreateDirectory(to, Owner | UnixFileMode.UserExecute);
        foreach (var name in (string[])[Memory, Record])
        {
            await using var from = new FileStream(Path.Combine(folder, name), FileMode.Open, FileAccess.Read, FileShare.Read);
            await using var copy = Create(Path.Combine(to, name));
            await from.CopyToAsync(copy, cancellation).ConfigureAwait(false);
            copy.Flush(flushToDisk: true);
        }

        HostDirectory.Sync(to);
        var record = JsonSerializer.Deserialize(await File.ReadAllTextAsync(Path.Combine(to, Record), cancellation).ConfigureAwait(false), CheckpointRecordJson.Default.CheckpointRecord);
        return (new FileInfo(Path.Combine(to, Memory)).Length, record?.Memory ?? throw Damaged(null));
    }

    /// <summary>What was written, if it is whole, unchanged, and of a machine as those of this key.</summary>
    public static async Task<CheckpointRecord> RequireAsync(string folder, string key, CancellationToken cancellation)
    {
        try
        {
            var path = Path.Combine(folder, Record);
            if (!File.Exists(path))
                throw new CaissonException(ErrorCode.Internal, "the memory on disk is not whole, or the machine has gone on from it before", WithoutIt);
            var record = JsonSerializer.Deserialize(await File.ReadAllTextAsync(path, cancellation).ConfigureAwait(false), CheckpointRecordJson.Default.CheckpointRecord);
            if (record is { } known && known.Key != key)
                throw new CaissonException(ErrorCode.Unsupported, "the memory on disk was written with another monitor or kernel, or upon another image of its template", WithoutIt);
            await using var memory = Open(folder);
            if (record is not null && record.Memory == Convert.ToHexStringLower(await SHA256.HashDataAsync(memory, cancellation).ConfigureAwait(false)))
                return record;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            throw Damaged(e);
        }

        throw Damaged(null);
    }

    /// <summary>The memory.</summary>
    public static FileStream Open(string folder) => new(Path.Combine(folder, Memory), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);

    /// <summary>Nobody goes on from it any more: the disk is about to be another than the memory remembers.</summary>
    public static void Spend(string folder)
    {
        File.Delete(Path.Combine(folder, Record));
        HostDirectory.Sync(folder);
    }

    private static CaissonException Damaged(Exception? cause) => new(ErrorCode.Internal, "the memory on disk is damaged", WithoutIt, inner: cause);

    private static FileStream Create(string path) => new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Owner, BufferSize = 0 });
}

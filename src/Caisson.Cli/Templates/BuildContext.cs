using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Caisson.Cli.Terminals;
using Caisson.Core.Failures;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Cli.Templates;

/// <summary>The files of a build, packed into one archive that is the same whenever they are.</summary>
internal sealed class BuildContext : IAsyncDisposable
{
    private const int MostEntries = 100_000;

    private readonly FileStream _file;

    private BuildContext(FileStream file, string hash) => (_file, Hash) = (file, hash);

    /// <summary>The SHA-256 of the archive.</summary>
    public string Hash { get; }

    /// <summary>How long the archive is.</summary>
    public long Length => _file.Length;

    /// <summary>The archive from its beginning.</summary>
    public Stream Content
    {
        get
        {
            _file.Position = 0;
            return _file;
        }
    }

    /// <summary>Packs a directory, but for what its <c>.dockerignore</c> names.</summary>
    public static async Task<BuildContext> PackAsync(string directory, CancellationToken cancellation)
    {
        if (!Directory.Exists(directory))
            throw new CaissonException(ErrorCode.InvalidArgument, $"There is no directory '{directory}'.", "Name the context with --context.");
        var ignoring = Path.Combine(directory, ".dockerignore");
        var rules = new IgnoreRules(File.Exists(ignoring) ? await File.ReadAllLinesAsync(ignoring, cancellation) : []);
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = FileOptions.DeleteOnClose,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        try
        {
            await using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
            await using (var tar = new TarWriter(gzip, TarEntryFormat.Pax, leaveOpen: true))
            {
                var count = 0;
                foreach (var (path, full) in Entries(directory, "", rules))
                {
                    if (++count > MostEntries)
                        throw new CaissonException(ErrorCode.ResourceExhausted, $"'{directory}' has more than {MostEntries} files.", "Leave some out in .dockerignore.");
                    await AddAsync(tar, path, full, cancellation);
                }
            }

            file.Position = 0;
            return new BuildContext(file, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation)));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static IEnumerable<(string Path, string Full)> Entries(string directory, string prefix, IgnoreRules rules)
    {
        foreach (var full in Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            var path = prefix + Path.GetFileName(full);
            var ignored = rules.Ignores(path);
            var isDirectory = new DirectoryInfo(full) is { Exists: true, LinkTarget: null };
            if (!ignored)
                yield return (path, full);
            if (!isDirectory || (ignored && !rules.HasExceptions))
                continue;
            foreach (var entry in Entries(full, path + "/", rules))
                yield return entry;
        }
    }

    // Owners and times are of this machine; they would make the same files another archive.
    private static async Task AddAsync(TarWriter tar, string path, string full, CancellationToken cancellation)
    {
        var info = new FileInfo(full);
        if (info.LinkTarget is { } target)
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target, ModificationTime = DateTimeOffset.UnixEpoch }, cancellation);
        }
        else if (Directory.Exists(full))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, path + "/") { Mode = File.GetUnixFileMode(full), ModificationTime = DateTimeOffset.UnixEpoch }, cancellation);
        }
        else
        {
            await using var content = Open(path, full);
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = content, Mode = File.GetUnixFileMode(full), ModificationTime = DateTimeOffset.UnixEpoch }, cancellation);
        }
    }

    // A pipe in a file's place must not hold us up.
    private static FileStream Open(string path, string full)
    {
        var opened = Libc.Open(full, Libc.ReadNonBlocking);
        if (opened < 0)
            throw new IOException($"'{full}' cannot be read");
        var file = new FileStream(new SafeFileHandle(opened, ownsHandle: true), FileAccess.Read);
        if (file.CanSeek)
            return file;
        file.Dispose();
        throw new CaissonException(ErrorCode.InvalidArgument, $"'{path}' is neither a file, a directory nor a link.", "Leave it out in .dockerignore.");
    }
}

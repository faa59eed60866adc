using System.Formats.Tar;
using System.Security.Cryptography;
using Caisson.Core.Failures;

namespace Caisson.Backends.Docker;

/// <summary>The image of every container: the guest and empty directories. A sandbox's own root takes its place before anything runs.</summary>
internal sealed class GuestImage(Daemon daemon, string guest) : IDisposable
{
    private const string Repository = "caisson-guest";
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The guest's program in it.</summary>
    public const string Program = "/.caisson/guest";

    /// <summary>Where the directory of the guest's socket is shared.</summary>
    public const string Door = "/.caisson/door";

    /// <summary>Where the sandbox's root arrives.</summary>
    public const string Root = "/.caisson/root";

    private readonly SemaphoreSlim _making = new(1, 1);
    private string? _name;

    /// <summary>The image's name in the daemon, made where it is not there.</summary>
    /// <param name="again">Whether it was found to be missing after all.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<string> EnsureAsync(bool again, CancellationToken cancellation)
    {
        if (!again && Volatile.Read(ref _name) is { } known)
            return known;
        await _making.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!File.Exists(guest))
                throw new CaissonException(ErrorCode.Unsupported, $"{guest} is not there", "Publish the guest beside the command line.");
            await using var program = new FileStream(guest, FileMode.Open, FileAccess.Read);
            var tag = Convert.ToHexStringLower(await SHA256.HashDataAsync(program, cancellation).ConfigureAwait(false))[..16];
            var name = $"{Repository}:{tag}";
            program.Position = 0;
            if (!await daemon.HasImageAsync(name, cancellation).ConfigureAwait(false))
                await ImportAsync(program, tag, cancellation).ConfigureAwait(false);
            return _name = name;
        }
        finally
        {
            _making.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _making.Dispose();

    private async Task ImportAsync(FileStream program, string tag, CancellationToken cancellation)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var directory in (string[])["proc", "sys", "dev", "etc", ".caisson", Door[1..], Root[1..]])
                await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.Directory, directory) { Mode = Executable | UnixFileMode.UserWrite }, cancellation).ConfigureAwait(false);
            await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, Program[1..]) { Mode = Executable, DataStream = program }, cancellation).ConfigureAwait(false);
        }

        tar.Position = 0;
        await daemon.ImportAsync(Repository, tag, tar, cancellation).ConfigureAwait(false);
    }
}

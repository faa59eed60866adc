using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Caisson.Core.Failures;

namespace Caisson.Backends.MicroVm.Images;

/// <summary>Read-only images of template layers, made once and kept for every server of this host.</summary>
internal sealed class LayerImages(string cache)
{
    private const string HostSystem = "/usr";
    private const string Packages = "/var/lib/dpkg/status";
    private readonly ConcurrentDictionary<string, Lazy<Task<LayerImage>>> _images = new(StringComparer.Ordinal);

    /// <summary>The image of a directory, made when there is none of what it holds now.</summary>
    /// <param name="directory">The layer.</param>
    /// <param name="patience">How long to wait; the making goes on when it is over.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<LayerImage> GetAsync(string directory, TimeSpan patience, CancellationToken cancellation)
    {
        var making = _images.GetOrAdd(directory, path => new Lazy<Task<LayerImage>>(() => Task.Run(() => MakeAsync(path)))).Value;
        try
        {
            var image = await making.WaitAsync(patience, cancellation).ConfigureAwait(false);
            if (File.Exists(image.Path))
                return image;
            // Another server found the layer changed and has taken the place of what this one knew.
            _images.TryRemove(directory, out _);
            return await GetAsync(directory, patience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new CaissonException(ErrorCode.Unavailable, "the template's disk image is still being made", "Ask again in a minute; it is made once.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The next start tries again.
            _images.TryRemove(directory, out _);
            throw;
        }
    }

    private async Task<LayerImage> MakeAsync(string directory)
    {
        var digest = Fingerprint(directory);
        var name = $"layer-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory)))[..16]}-";
        var path = Path.Combine(cache, $"{name}{digest}.erofs");
        if (File.Exists(path))
            return new LayerImage(path, digest);
        Directory.CreateDirectory(cache);
        var making = $"{path}.{Guid.NewGuid():N}";
        try
        {
            await RunAsync("mkfs.erofs", "-x1", "--quiet", making, directory).ConfigureAwait(false);
            File.Move(making, path, overwrite: true);
            // Machines that stand on an earlier one have it open.
            foreach (var earlier in Directory.EnumerateFiles(cache, $"{name}*.erofs").Where(earlier => earlier != path))
                File.Delete(earlier);
            return new LayerImage(path, digest);
        }
        finally
        {
            File.Delete(making);
        }
    }

    // A layer does not change, but for the host's own /usr: then the list of packages does, or what was put beside them. Programs of the host write
    // to other places of it all the time.
    private static string Fingerprint(string directory)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(directory));
        var looked = directory;
        if (directory == HostSystem && File.Exists(Packages))
        {
            hash.AppendData(File.ReadAllBytes(Packages));
            looked = $"{HostSystem}/local";
        }

        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        foreach (var folder in new DirectoryInfo(looked).EnumerateDirectories("*", options).OrderBy(folder => folder.FullName, StringComparer.Ordinal).Prepend(new DirectoryInfo(looked)))
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{folder.FullName}\0{folder.LastWriteTimeUtc.Ticks}"));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new CaissonException(ErrorCode.Unsupported, $"{program} did not start", "install erofs-utils");
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new CaissonException(ErrorCode.Internal, $"{program} failed: {(await error.ConfigureAwait(false)).Trim()}", "See that the cache directory's disk has room.");
    }
}

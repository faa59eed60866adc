using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Caisson.Core.Failures;

namespace Caisson.Backends.Wasm;

/// <summary>Modules of languages as machine code of this host: translated once, checked before use, shown to every worker read-only.</summary>
/// <remarks>Machine code is believed by whoever loads it. So only we may write here, what lies here must have the digest that was written with it, and it is made from modules whose digest is part of this program.</remarks>
internal sealed class ModuleStore(WasmOptions options) : IDisposable
{
    private readonly SemaphoreSlim _translating = new(1, 1);
    private readonly ConcurrentDictionary<string, FileStamp> _checked = new(StringComparer.Ordinal);
    private string? _directory;

    // What code is good for depends on the library, the program and the processor.
    private string Directory => _directory ??= Path.Combine(Path.GetFullPath(options.Cache), Key());

    /// <summary>The directory to show to workers, made and looked at.</summary>
    public string Open()
    {
        MakePlace();
        return Directory;
    }

    /// <summary>Sees that a language is there; done at once when it was looked at before and has not changed.</summary>
    public async Task EnsureAsync(LanguageModule language, bool fuel, CancellationToken cancellation)
    {
        var name = fuel ? $"{language.Name}.fuel.cwasm" : $"{language.Name}.cwasm";
        var path = Path.Combine(Directory, name);
        if (IsKnown(name, path))
            return;
        await _translating.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (IsKnown(name, path))
                return;
            // Whoever hangs up must not make those after them begin again; it has a bound of its own.
            if (!await IsSoundAsync(path, cancellation).ConfigureAwait(false))
                await TranslateAsync(language, path, fuel, CancellationToken.None).ConfigureAwait(false);
            _checked[name] = FileStamp.Of(path)!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CaissonException(ErrorCode.Internal, $"the module of '{language.Name}' could not be kept: {e.Message}", $"See that {options.Cache} can be written and has room.", inner: e);
        }
        finally
        {
            _translating.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _translating.Dispose();

    private bool IsKnown(string name, string path) => _checked.TryGetValue(name, out var known) && known == FileStamp.Of(path);

    private static async Task<bool> IsSoundAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path) || !File.Exists($"{path}.sha256"))
            return false;
        return await File.ReadAllTextAsync($"{path}.sha256", cancellation).ConfigureAwait(false) == await DigestAsync(path, cancellation).ConfigureAwait(false);
    }

    private async Task TranslateAsync(LanguageModule language, string path, bool fuel, CancellationToken cancellation)
    {
        var source = Path.Combine(options.Worker, $"{language.Name}.wasm");
        if (!File.Exists(source) || await DigestAsync(source, cancellation).ConfigureAwait(false) != language.Digest)
            throw new CaissonException(ErrorCode.Unsupported, $"the module of '{language.Name}' is not there, or is another: {source}", "Run './caisson --build-only', which fetches it.");
        var fresh = Path.Combine(Directory, $".{Guid.NewGuid():N}");
        try
        {
            await RunAsync(["compile", source, fresh, .. fuel ? (string[])["--fuel"] : []], cancellation).ConfigureAwait(false);
            var digest = await DigestAsync(fresh, cancellation).ConfigureAwait(false);
            await File.WriteAllTextAsync($"{fresh}.sha256", digest, cancellation).ConfigureAwait(false);
            File.Move($"{fresh}.sha256", $"{path}.sha256", overwrite: true);
            File.Move(fresh, path, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
            File.Delete($"{fresh}.sha256");
        }
    }

    private void MakePlace()
    {
        const UnixFileMode Shown = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        foreach (var place in (string[])[Path.GetFullPath(options.Cache), Directory])
        {
            System.IO.Directory.CreateDirectory(place, Shown);
            if ((File.GetUnixFileMode(place) & Others) != UnixFileMode.None)
                throw new CaissonException(ErrorCode.Unsupported, $"others may write to {place}, where machine code is kept", $"chmod go-w {place}");
        }
    }

    private async Task RunAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.TranslationTimeout);
        using var process = Process.Start(new ProcessStartInfo(options.Program, arguments) { UseShellExecute = false, RedirectStandardError = true })
            ?? throw new CaissonException(ErrorCode.Unsupported, $"{options.Program} did not start", "Run './caisson --build-only'.");
        try
        {
            var said = await process.StandardError.ReadToEndAsync(limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw new CaissonException(ErrorCode.Internal, $"a module could not be translated: {said.Trim()}", "See that the disk has room, and run 'caisson doctor'.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CaissonException(ErrorCode.DeadlineExceeded, $"the translation of a module took longer than {options.TranslationTimeout}", "Try again when the host is less busy.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private string Key()
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        var parts = $"{FileStamp.Of(options.Program)}|{FileStamp.Of(Path.Combine(options.Worker, "libwasmtime.so"))}|{processor}|{string.Join('|', LanguageModule.All)}";
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(parts)))[..16];
    }

    private static async Task<string> DigestAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false));
    }
}

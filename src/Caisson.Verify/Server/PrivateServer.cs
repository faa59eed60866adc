using System.Diagnostics;
using System.Text.RegularExpressions;
using Caisson.Client;
using Caisson.Core.Failures;

namespace Caisson.Verify.Server;

/// <summary>A server of our own on the loopback, with a state directory that goes with it.</summary>
public sealed partial class PrivateServer : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);
    private readonly string _program;
    private readonly string _key;
    private Process _process;
    private Task _drained;
    private Uri _address;

    private PrivateServer(string program, string directory, string key, Process process, Uri address)
    {
        (_program, Directory, _key, _process, _address, _drained) = (program, directory, key, process, address, DrainAsync(process));
        Client = new CaissonClient(address, key);
    }

    /// <summary>Its state directory.</summary>
    public string Directory { get; }

    /// <summary>A client with every right; made anew by <see cref="RestartAsync"/>.</summary>
    public CaissonClient Client { get; private set; }

    /// <summary>Where it listens.</summary>
    public Uri Address => _address;

    /// <summary>Starts one.</summary>
    /// <param name="program">The <c>caisson</c> program.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<PrivateServer> StartAsync(string program, CancellationToken cancellation)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("caisson-verify-").FullName;
        try
        {
            var key = (await RunAsync(program, ["key", "create", "--scope", "admin", "--state", directory], cancellation)).Trim();
            var (process, address) = await ServeAsync(program, directory, cancellation);
            return new PrivateServer(program, directory, key, process, address);
        }
        catch
        {
            System.IO.Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    /// <summary>Kills the server without a word and starts another on the same state.</summary>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="whileDown">What happens while no server runs.</param>
    public async Task RestartAsync(CancellationToken cancellation, Action? whileDown = null)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellation);
        await _drained.WaitAsync(cancellation);
        _process.Dispose();
        Client.Dispose();
        whileDown?.Invoke();
        (_process, _address) = await ServeAsync(_program, Directory, cancellation);
        _drained = DrainAsync(_process);
        Client = new CaissonClient(_address, _key);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        // One that is killed leaves on the host what it had not ended yet, machines that stood ready among it.
        using var limit = new CancellationTokenSource(_patience);
        try
        {
            using var terminated = Process.Start(new ProcessStartInfo("kill", [$"{_process.Id}"]) { UseShellExecute = false });
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static async Task<(Process Process, Uri Address)> ServeAsync(string program, string directory, CancellationToken cancellation)
    {
        var process = Start(program, ["serve", "--port", "0", "--state", directory]);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_patience);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (Ready().Match(line) is not { Success: true } ready)
                    continue;
                return (process, new Uri(ready.Groups["address"].Value));
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Told below, like an end without a word.
        }

        var error = process.HasExited ? await process.StandardError.ReadToEndAsync(cancellation) : "time ran out";
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
        throw new CaissonException(ErrorCode.Unavailable, $"the server did not start: {error.Trim()}", "run 'caisson serve' by hand and read what it says");
    }

    // What it says later must not fill its pipes.
    private static Task DrainAsync(Process process) => Task.WhenAll(
        process.StandardOutput.BaseStream.CopyToAsync(Stream.Null),
        process.StandardError.BaseStream.CopyToAsync(Stream.Null));

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var process = Start(program, arguments);
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        var error = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0 ? output : throw new CaissonException(ErrorCode.Unavailable, $"{program} failed: {error.Trim()}", "run 'caisson doctor'");
    }

    private static Process Start(string program, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })
        ?? throw new CaissonException(ErrorCode.NotFound, $"{program} did not start", "install it");

    [GeneratedRegex(@"^ready (?<address>http\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Ready();
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Caisson.Client;

namespace Caisson.Rollouts.Tests.Ground;

/// <summary>A real server over a state directory that may outlive it.</summary>
internal sealed partial class RealServer : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int Kill = 9;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private readonly string _log;

    private RealServer(Process process, string log, Uri url, string key) => (_process, _log, Url, Key) = (process, log, url, key);

    public Uri Url { get; }

    public string Key { get; }

    public CaissonClient Client() => new(Url, Key);

    /// <summary>Starts one and waits until it is ready.</summary>
    public static async Task<RealServer> StartAsync(string state, params string[] options)
    {
        var key = KeyForm().Match(await Binaries.RunAsync("key", "create", "--state", state)).Value;
        Assert.NotEmpty(key);
        // Output goes to a file: sandboxes outlive the server and would hold a pipe open.
        var log = state + ".log";
        var line = $"exec '{Binaries.Caisson}' serve --port 0 --state '{state}' {string.Join(' ', options)} >'{log}' 2>&1 </dev/null";
        var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", line]) { UseShellExecute = false })!;
        using var late = new CancellationTokenSource(_patience);
        while (true)
        {
            var text = File.Exists(log) ? await File.ReadAllTextAsync(log, late.Token) : "";
            if (Ready().Matches(text) is { Count: > 0 } ready)
                return new RealServer(process, log, new Uri(ready[^1].Groups["url"].Value), key);
            Assert.False(process.HasExited, text);
            await Task.Delay(50, late.Token);
        }
    }

    /// <summary>Ends it as an administrator would.</summary>
    public Task StopAsync() => EndAsync(Terminate);

    /// <summary>Ends it as a crash would.</summary>
    public Task CrashAsync() => EndAsync(Kill);

    public async ValueTask DisposeAsync()
    {
        await EndAsync(Terminate);
        _process.Dispose();
    }

    private async Task EndAsync(int signal)
    {
        if (_process.HasExited)
            return;
        _ = SendSignal(_process.Id, signal);
        using var late = new CancellationTokenSource(_patience);
        await _process.WaitForExitAsync(late.Token);
        File.Move(_log, _log + ".old", overwrite: true);
    }

    [GeneratedRegex(@"^ready (?<url>http://\S+)", RegexOptions.Multiline, 1000)]
    private static partial Regex Ready();

    [GeneratedRegex(@"\be2b_[0-9a-f]+\b", RegexOptions.None, 1000)]
    private static partial Regex KeyForm();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}

using System.Diagnostics;
using System.Globalization;

namespace Caisson.Bench.Peers;

/// <summary>A Docker daemon of our own: its data, its socket and its pid file lie in one temporary directory.</summary>
internal sealed class DockerEngine : IAsyncDisposable
{
    private const string Image = "caisson-bench";
    private const int FarAway = 30;
    private static readonly TimeSpan _longestStart = TimeSpan.FromSeconds(15);
    private readonly Process _daemon;
    private readonly string _root;
    private string? _resident;

    private DockerEngine(Process daemon, string root) => (_daemon, _root) = (daemon, root);

    public static async Task<DockerEngine> StartAsync(string root, CancellationToken cancellation)
    {
        if (Environment.UserName != "root")
            throw new BenchException("dockerd needs root");
        if (ChildProgram.Find("dockerd") is not { } program || ChildProgram.Find("docker") is null)
            throw new BenchException("docker is not installed");
        Directory.CreateDirectory(root);
        var daemon = ChildProgram.Start(
            [
                "/bin/sh", "-c", "exec \"$0\" \"$@\" >\"$LOG\" 2>&1".Replace("$LOG", $"{root}/log", StringComparison.Ordinal), program,
                "--data-root", $"{root}/data", "--exec-root", $"{root}/exec", "--pidfile", $"{root}/pid", "-H", $"unix://{root}/socket",
                "--bridge", "none", "--iptables=false", "--ip6tables=false",
            ],
            root,
            captures: false);
        var engine = new DockerEngine(daemon, root);
        try
        {
            await engine.WaitAsync(cancellation);
            await TinyRoot.WriteAsync($"{root}/image.tar", cancellation);
            await engine.ReadAsync(cancellation, "import", $"{root}/image.tar", Image);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program in a container that is gone afterwards.</summary>
    public Task RunAsync(string program, CancellationToken cancellation) =>
        ChildProgram.RunAsync(Command("run", "--rm", "--network", "none", Image, program), _root, cancellation);

    /// <summary>Runs a program in a container that is there already.</summary>
    public async Task ExecAsync(string program, CancellationToken cancellation)
    {
        _resident ??= (await ReadAsync(cancellation, "run", "-d", "--network", "none", Image, "/usr/bin/sleep", "3600")).Trim();
        await ChildProgram.RunAsync(Command("exec", _resident, program), _root, cancellation);
    }

    /// <summary>Copies a directory in or out of the container that is there already.</summary>
    public async Task CopyAsync(string? into, string? from, string directory, CancellationToken cancellation)
    {
        _resident ??= (await ReadAsync(cancellation, "run", "-d", "--network", "none", Image, "/usr/bin/sleep", "3600")).Trim();
        await ReadAsync(cancellation, into is null ? ["cp", $"{_resident}:{from}", directory] : ["cp", directory, $"{_resident}:{into}"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_resident is not null)
            await ReadAsync(CancellationToken.None, "rm", "-f", _resident);
        if (!_daemon.HasExited)
        {
            using var kill = ChildProgram.Start(["/bin/kill", "-TERM", _daemon.Id.ToString(CultureInfo.InvariantCulture)], "/", captures: false);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(FarAway));
            await _daemon.WaitForExitAsync(limit.Token);
        }

        _daemon.Dispose();
    }

    private async Task WaitAsync(CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await ReadAsync(cancellation, "version");
                return;
            }
            catch (BenchException) when (!_daemon.HasExited && Stopwatch.GetElapsedTime(start) < _longestStart)
            {
                await Task.Delay(200, cancellation);
            }
            catch (BenchException)
            {
                var log = File.Exists($"{_root}/log") ? File.ReadLines($"{_root}/log").LastOrDefault() : null;
                throw new BenchException($"dockerd does not start: {log}");
            }
        }
    }

    private List<string> Command(params string[] arguments) => [ChildProgram.Find("docker")!, "-H", $"unix://{_root}/socket", .. arguments];

    private Task<string> ReadAsync(CancellationToken cancellation, params string[] arguments) => ChildProgram.ReadAsync(Command(arguments), _root, cancellation);
}

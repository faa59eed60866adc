using System.Diagnostics;
using System.Globalization;

namespace Caisson.Bench.Peers;

/// <summary>A Docker daemon of our own: its data, its socket and its pid file lie in one temporary directory.</summary>
internal sealed class DockerEngine : IAsyncDisposable
{
    private const string Image = "caisson-bench";
    private const string Fork = "caisson-bench-fork";
    private const int FarAway = 30;
    private static readonly TimeSpan _longestStart = TimeSpan.FromSeconds(15);
    private readonly Process _daemon;
    private readonly string _root;
    private string? _resident;

    private DockerEngine(Process daemon, string root) => (_daemon, _root) = (daemon, root);

    /// <summary>Where it answers.</summary>
    public string Address => $"unix://{_root}/socket";

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
    public async Task ExecAsync(string program, CancellationToken cancellation) =>
        await ChildProgram.RunAsync(Command("exec", await ResidentAsync(cancellation), program), _root, cancellation);

    /// <summary>Pauses the container that is there already, lets it go on and runs a program in it.</summary>
    public async Task PauseAndResumeAsync(CancellationToken cancellation)
    {
        var resident = await ResidentAsync(cancellation);
        await ChildProgram.RunAsync(Command("pause", resident), _root, cancellation);
        await ChildProgram.RunAsync(Command("unpause", resident), _root, cancellation);
        await ExecAsync("/usr/bin/true", cancellation);
    }

    /// <summary>Makes an image of the container that is there already and runs a program in a container of it.</summary>
    public async Task CommitAndRunAsync(CancellationToken cancellation)
    {
        await ChildProgram.RunAsync(Command("commit", await ResidentAsync(cancellation), Fork), _root, cancellation);
        await ChildProgram.RunAsync(Command("run", "--rm", "--network", "none", Fork, "/usr/bin/true"), _root, cancellation);
    }

    /// <summary>Removes that image.</summary>
    public Task ForgetAsync(CancellationToken cancellation) => ReadAsync(cancellation, "rmi", Fork);

    /// <summary>Copies a directory in or out of the container that is there already.</summary>
    public async Task CopyAsync(string? into, string? from, string directory, CancellationToken cancellation)
    {
        var resident = await ResidentAsync(cancellation);
        await ReadAsync(cancellation, into is null ? ["cp", $"{resident}:{from}", directory] : ["cp", directory, $"{resident}:{into}"]);
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

    private async Task<string> ResidentAsync(CancellationToken cancellation) =>
        _resident ??= (await ReadAsync(cancellation, "run", "-d", "--network", "none", Image, "/usr/bin/sleep", "3600")).Trim();

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

    private List<string> Command(params string[] arguments) => [ChildProgram.Find("docker")!, "-H", Address, .. arguments];

    private Task<string> ReadAsync(CancellationToken cancellation, params string[] arguments) => ChildProgram.ReadAsync(Command(arguments), _root, cancellation);
}

using System.Diagnostics;

namespace Caisson.Interpreter.Tests.Forks;

/// <summary>The real zygote with the real carrier of streams; its kernels run the code in their variable CODE.</summary>
internal sealed class TestZygote : IAsyncDisposable
{
    private const string Program = """
        import os, sys, types
        sys.path[:0] = [sys.argv[1] + "/python", sys.argv[1]]
        import relays, zygote
        def serve():
            exec(os.environ["CODE"], {"os": os})
            return 0
        streams = relays.start(sys.argv[2] + "-streams")
        one = zygote.Zygote(types.SimpleNamespace(serve=serve), sys.argv[2], streams)
        print(streams, flush=True)
        one.run()
        """;

    private readonly Process _process;
    private readonly string _directory;
    private readonly string _name;

    private TestZygote(Process process, string directory, string name, int streams) => (_process, _directory, _name, Streams) = (process, directory, name, streams);

    /// <summary>The pid of what carries the streams of all its kernels.</summary>
    public int Streams { get; }

    public static async Task<TestZygote> StartAsync(string directory, string name)
    {
        await KernelPrograms.WriteAsync(directory, "launch.py", "python/zygote.py", "python/relays.py", "python/enter.py");
        var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-B", "-c", Program, directory, name]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var first = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit) ?? throw new InvalidOperationException("the zygote did not start");
        return new TestZygote(process, directory, name, int.Parse(first, System.Globalization.CultureInfo.InvariantCulture));
    }

    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Starts a context as the guest does.</summary>
    public Process Enter(string code)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", ["-I", "-S", "-B", Path.Combine(_directory, "python/enter.py"), _directory, _name])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CODE"] = code;
        return Process.Start(start)!;
    }

    public void Kill() => _process.Kill();

    public Task ExitedAsync() => _process.WaitForExitAsync().WaitAsync(Limit);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Limit);
        _process.Dispose();
    }
}

using System.Diagnostics;
using Caisson.Interpreter.Kernels;

namespace Caisson.Interpreter.Tests;

public sealed class LaunchTests : IDisposable
{
    private const string Kernel = """
        import os, time
        for i in range(300):
            os.write(1, b"early\n"); os.write(4, b'{"t":"frame"}\n')
        time.sleep(0.3)
        os.write(1, b"last\n")
        time.sleep(2)
        os.write(4, b'{"t":"end"}\n')
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("caisson-launch-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_a_program_prints_arrives_at_once_after_frames_too()
    {
        var launch = Path.Combine(_directory, "launch.py");
        await using (var content = typeof(KernelFiles).Assembly.GetManifestResourceStream("launch.py")!)
        await using (var file = File.Create(launch))
            await content.CopyToAsync(file);
        using var process = Process.Start(new ProcessStartInfo("python3", ["-I", "-S", launch, _directory, "python3", "-c", Kernel])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        TimeSpan last = default, end = default;
        var clock = Stopwatch.StartNew();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) is { } line)
        {
            if (line == """{"t":"stdout","text":"last\n"}""")
                last = clock.Elapsed;
            if (line == """{"t":"end"}""")
                end = clock.Elapsed;
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.NotEqual(default, last);
        Assert.True(end - last > TimeSpan.FromSeconds(1), $"the line came {end - last} before the end, which is two seconds later");
    }
}

using System.Text;
using Caisson.Client;
using Caisson.Rollouts.Tests.Ground;

namespace Caisson.Rollouts.Tests;

/// <summary>Every way in which real code ends has its label.</summary>
public sealed class LabelTests(SharedServer server)
{
    [Fact]
    public async Task Real_ends_have_their_labels()
    {
        var results = await server.RunAsync(
            Python("print(1+1)"),
            Python("import sys; print('x'); sys.exit(3)"),
            Python("while True: pass") with { TimeoutSeconds = 1 },
            Python("x = bytearray(10**9)") with { Resources = new RolloutLimits { MemoryBytes = 100 << 20 } },
            Python("while True: print('y' * 1000)"),
            Python("f = open('/home/user/x', 'wb')\nwhile True: f.write(b'x' * 10**6)") with { Resources = new RolloutLimits { DiskBytes = 64 << 20 } },
            Python("import urllib.request as u; u.urlopen('http://example.com', timeout=5)"),
            new RolloutTask { Command = "no-such-program" },
            new RolloutTask { Language = "kotlin_script", Code = "println(1)" },
            new RolloutTask { Command = "true", Files = new Dictionary<string, byte[]> { ["big"] = new byte[20 << 20] }, Resources = new RolloutLimits { DiskBytes = 16 << 20 } });
        Assert.Equal(
            [RolloutLabel.Ok, RolloutLabel.Task, RolloutLabel.Timeout, RolloutLabel.OutOfMemory, RolloutLabel.Quota, RolloutLabel.Quota, RolloutLabel.Policy, RolloutLabel.Task, RolloutLabel.Infrastructure, RolloutLabel.Quota],
            results.Select(result => result.Label));
        Assert.Equal(("2\n", 3, "x\n"), (results[0].Steps[0].Stdout, results[1].Steps[0].ExitCode, results[1].Steps[0].Stdout));
        Assert.Equal(1 << 20, results[4].Steps[0].Stdout.Length);
        Assert.Equal("example.com", results[6].Denials.Single().Host);
        Assert.Contains("kotlin", results[8].Message, StringComparison.Ordinal);
        Assert.All(results, result => Assert.Equal(1, result.Attempts));
    }

    [Fact]
    public async Task Files_go_in_input_is_read_and_files_come_back()
    {
        var result = (await server.RunAsync(new RolloutTask
        {
            Name = "copy",
            Command = "sh",
            Arguments = ["-c", "cat > out/copy; tr a-z A-Z < in/a.txt > /tmp/b; echo $WORD"],
            Stdin = "typed",
            Environment = new Dictionary<string, string> { ["WORD"] = "said" },
            Files = new Dictionary<string, byte[]> { ["in/a.txt"] = "hello"u8.ToArray(), ["out/.keep"] = [] },
            Fetch = ["out/copy", "/tmp/b", "missing"],
        })).Single();
        Assert.Equal((RolloutLabel.Ok, "copy", "said\n"), (result.Label, result.Name, result.Steps[0].Stdout));
        Assert.Equal(["/tmp/b=HELLO", "out/copy=typed"], result.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Key}={Encoding.UTF8.GetString(file.Value)}"));
    }

    [Fact]
    public async Task Nothing_of_one_execution_is_seen_by_the_next()
    {
        var look = new RolloutTask { Command = "sh", Arguments = ["-c", "ls -A /tmp /home/user /var/tmp /dev/shm; touch /tmp/t /home/user/h /var/tmp/v /dev/shm/s; sleep 60 & echo started"] };
        var results = await server.RunAsync([.. Enumerable.Repeat(look, 12)]);
        Assert.All(results, result => Assert.Equal((RolloutLabel.Ok, results[0].Steps[0].Stdout), (result.Label, result.Steps[0].Stdout)));
    }

    private static RolloutTask Python(string code) => new() { Language = "python", Code = code };
}

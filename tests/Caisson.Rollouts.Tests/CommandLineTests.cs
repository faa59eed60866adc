using System.Text.Json;
using Caisson.Client;
using Caisson.Rollouts.Tests.Ground;

namespace Caisson.Rollouts.Tests;

/// <summary><c>caisson rollout run</c> and canceling through the client.</summary>
public sealed class CommandLineTests(SharedServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_run_and_a_run_that_broke_off_goes_on()
    {
        var (input, output) = (Path.Combine(server.Host.Root, "in.jsonl"), Path.Combine(server.Host.Root, "out.jsonl"));
        await File.WriteAllLinesAsync(input, Enumerable.Range(1, 30).Select(n => $$"""{"name":"n{{n}}","command":"sh","arguments":["-c","echo {{n}}"]}""").Append(""), Token);
        var (code, _, error) = await Binaries.TryAsync(server.Server, "rollout", "run", input, "--out", output);
        Assert.True(code == 0, error);
        Assert.Contains("30 of 30 done", error, StringComparison.Ordinal);
        Assert.Contains("30 ok", error, StringComparison.Ordinal);
        var whole = Read(output);
        Assert.Equal(Enumerable.Range(1, 30), whole.Keys.Order());
        Assert.All(whole, pair => Assert.Equal(($"n{pair.Key}", "ok", $"{pair.Key}\n"), (Text(pair.Value, "name"), Text(pair.Value, "label"), Text(pair.Value.GetProperty("steps")[0], "stdout"))));

        // As if it had been ended while it wrote the eleventh.
        var lines = await File.ReadAllLinesAsync(output, Token);
        await File.WriteAllTextAsync(output, string.Join('\n', lines[..10]) + "\n" + lines[10][..20], Token);
        (code, _, error) = await Binaries.TryAsync(server.Server, "rollout", "run", input, "--out", output);
        Assert.True(code == 0, error);
        Assert.Contains("20 ok", error, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, 30), Read(output).Keys.Order());
        Assert.False(File.Exists(output + ".run"));
    }

    [Fact]
    public async Task A_line_that_is_no_task_is_named_before_anything_runs()
    {
        var (input, output) = (Path.Combine(server.Host.Root, "bad.jsonl"), Path.Combine(server.Host.Root, "bad-out.jsonl"));
        await File.WriteAllLinesAsync(input, ["""{"command":"true"}""", """{"comand":"true"}"""], Token);
        var (code, _, error) = await Binaries.TryAsync(server.Server, "rollout", "run", input, "--out", output);
        Assert.Equal(125, code);
        Assert.Contains("Line 2", error, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public async Task Canceling_ends_what_runs_before_it_returns()
    {
        using var client = server.Server.Client();
        var tasks = Enumerable.Repeat(new RolloutTask { Command = "sleep", Arguments = ["600"], TimeoutSeconds = 600 }, 20).ToArray();
        var rollout = await client.Rollouts.SubmitAsync(tasks, priority: RolloutPriority.High, cancellation: Token);
        await Task.Delay(700, Token);
        await client.Rollouts.CancelAsync(rollout.Id, Token);
        var status = await client.Rollouts.GetAsync(rollout.Id, Token);
        Assert.Equal((RolloutState.Canceled, 0, 0), (status.State, status.Running, status.Finished));
        // Sandboxes that wait for executions may stand; what was executed may not.
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), folder => CommandOf(folder).StartsWith("sleep\0600", StringComparison.Ordinal));
    }

    private static string CommandOf(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static Dictionary<int, JsonElement> Read(string path) =>
        File.ReadLines(path).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToDictionary(line => line.GetProperty("line").GetInt32());

    private static string? Text(JsonElement element, string field) => element.GetProperty(field).GetString();
}

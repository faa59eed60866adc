using System.Text;
using System.Text.Json;
using Caisson.Rollouts.Tests.Ground;

namespace Caisson.Rollouts.Tests;

/// <summary>The dialect on a real server.</summary>
public sealed class SandboxFusionTests(SharedServer server)
{
    [Fact]
    public async Task Files_are_taken_in_and_fetched_relative_and_absolute()
    {
        var body = await server.FusionAsync("/run_code", new
        {
            language = "python",
            code = "open('/mnt/b','w').write(open('dir/a').read()+'!'); print(input())",
            stdin = "typed",
            files = new Dictionary<string, string?> { ["dir/a"] = Convert.ToBase64String("A"u8), ["none"] = null },
            fetch_files = (string[])["/mnt/b", "dir/a", "missing"],
        });
        Assert.Equal("Success", body.GetProperty("status").GetString());
        Assert.Equal("typed\n", body.GetProperty("run_result").GetProperty("stdout").GetString());
        Assert.Equal(["/mnt/b=A!", "dir/a=A"], body.GetProperty("files").EnumerateObject().Select(file => $"{file.Name}={Encoding.UTF8.GetString(file.Value.GetBytesFromBase64())}"));
    }

    [Fact]
    public async Task Limits_are_kept()
    {
        var late = await server.FusionAsync("/run_code", new { language = "python", code = "print('a', flush=True)\nwhile True: pass", run_timeout = 1 });
        Assert.Equal(("Failed", "TimeLimitExceeded", "a\n"), (late.GetProperty("status").GetString(), Run(late, "status").GetString(), Run(late, "stdout").GetString()));
        var large = await server.FusionAsync("/run_code", new { language = "python", code = "x = bytearray(10**9)", memory_limit_MB = 100 });
        Assert.Equal(("Failed", -9), (large.GetProperty("status").GetString(), Run(large, "return_code").GetInt32()));
        var loud = await server.FusionAsync("/run_code", new { language = "python", code = "print('y' * (3 << 20))" });
        Assert.Equal(("Success", 1 << 20), (loud.GetProperty("status").GetString(), Run(loud, "stdout").GetString()!.Length));
    }

    [Fact]
    public async Task Cells_share_a_process_and_one_that_raises_stops_no_other()
    {
        var body = await server.FusionAsync("/run_jupyter", new
        {
            cells = (string[])["x = 40\nprint('out')", "import sys; sys.stderr.write('err'); 1/0", "x += 2\nx", "class H:\n    def _repr_html_(self): return '<b>h</b>'\ndisplay(H())", "while True: pass", "open('made','w').write('m'); None"],
            cell_timeout = 1,
            fetch_files = (string[])["made"],
        });
        Assert.Equal("Success", body.GetProperty("status").GetString());
        var cells = body.GetProperty("cells");
        Assert.Equal(6, cells.GetArrayLength());
        Assert.Equal("out\n", cells[0].GetProperty("stdout").GetString());
        Assert.Equal(("err", "ZeroDivisionError"), (cells[1].GetProperty("stderr").GetString(), cells[1].GetProperty("error")[0].GetProperty("ename").GetString()));
        Assert.Equal("42", cells[2].GetProperty("display")[0].GetProperty("text/plain").GetString());
        Assert.Equal("<b>h</b>", cells[3].GetProperty("display")[0].GetProperty("text/html").GetString());
        Assert.Equal("TimeoutError", cells[4].GetProperty("error")[0].GetProperty("ename").GetString());
        Assert.Equal("bQ==", body.GetProperty("files").GetProperty("made").GetString());
        var late = await server.FusionAsync("/run_jupyter", new { cells = (string[])["import time; time.sleep(60)"], total_timeout = 1 });
        Assert.Equal(("Failed", 0), (late.GetProperty("status").GetString(), late.GetProperty("cells").GetArrayLength()));
    }

    [Fact]
    public async Task The_judge_runs_real_cases()
    {
        object Submission(string code) => new
        {
            dataset = "mine",
            id = 1,
            completion = $"```python\n{code}\n```",
            config = new
            {
                dataset_type = "CommonOJDataset",
                language = "python",
                provided_data = new { id = 1, content = "", test = Enumerable.Range(1, 6).Select(n => new { input = new { stdin = $"{n}\n" }, output = new { stdout = $"{n * n}\n" } }) },
            },
        };
        var right = await server.FusionAsync("/submit", Submission("print(int(input())**2)"));
        Assert.True(right.GetProperty("accepted").GetBoolean(), right.ToString());
        Assert.Equal(6, right.GetProperty("tests").GetArrayLength());
        Assert.False((await server.FusionAsync("/submit", Submission("print(int(input())*2)"))).GetProperty("accepted").GetBoolean());
    }

    private static JsonElement Run(JsonElement body, string field) => body.GetProperty("run_result").GetProperty(field);
}

using System.Net;
using System.Text;
using Caisson.Core.Failures;
using Caisson.Engine.Rollouts;
using Xunit;

namespace Caisson.Dialects.SandboxFusion.Tests;

/// <summary>The shapes and status rules of <c>/run_code</c> and <c>/run_jupyter</c>.</summary>
public sealed class RunCodeTests(DialectUnderTest dialect) : IClassFixture<DialectUnderTest>
{
    private const string Hello = """{"code":"print(1)","language":"python"}""";

    [Fact]
    public async Task An_answer_has_every_field_and_no_other()
    {
        dialect.Engine.Answer = _ => FakeRollouts.Ended("1\n", 0);
        var body = await dialect.OkAsync("/run_code", Hello);
        Assert.Equal(
            """{"status":"Success","message":"","compile_result":null,"run_result":{"status":"Finished","execution_time":1.5,"return_code":0,"stdout":"1\n","stderr":""},"executor_pod_name":null,"files":{}}""",
            body.GetRawText());
    }

    [Fact]
    public async Task Statuses_follow_the_rules()
    {
        await IsAsync("Failed", "", FakeRollouts.Ended("", 1));
        await IsAsync("Failed", "", new RolloutResult { Label = RolloutLabel.OutOfMemory, Steps = [new RolloutStepResult { Name = "run", Signal = 9, OutOfMemory = true }] });
        await IsAsync("SandboxError", "no room", new RolloutResult { Label = RolloutLabel.Infrastructure, Message = "no room" });
        await IsAsync("SandboxError", "the given files could not be written: x", new RolloutResult { Label = RolloutLabel.Task, Message = "the given files could not be written: x" });
    }

    [Fact]
    public async Task A_time_limit_leaves_no_return_code_and_what_was_readable()
    {
        dialect.Engine.Answer = _ => new RolloutResult { Label = RolloutLabel.Timeout, Steps = [new RolloutStepResult { Name = "run", Signal = 9, TimedOut = true, Stdout = "part"u8.ToArray() }] };
        var body = await dialect.OkAsync("/run_code", Hello);
        var run = body.GetProperty("run_result");
        Assert.Equal(("Failed", "TimeLimitExceeded", "part"), (body.GetProperty("status").GetString(), run.GetProperty("status").GetString(), run.GetProperty("stdout").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, run.GetProperty("return_code").ValueKind);
    }

    [Fact]
    public async Task A_signal_is_a_negative_return_code()
    {
        dialect.Engine.Answer = _ => new RolloutResult { Label = RolloutLabel.Task, Steps = [new RolloutStepResult { Name = "run", Signal = 11 }] };
        Assert.Equal(-11, (await dialect.OkAsync("/run_code", Hello)).GetProperty("run_result").GetProperty("return_code").GetInt32());
    }

    [Fact]
    public async Task Code_that_does_not_compile_has_no_run_result()
    {
        dialect.Engine.Answer = _ => new RolloutResult { Label = RolloutLabel.Task, Steps = [new RolloutStepResult { Name = "compile", ExitCode = 1, Stderr = "expected ;"u8.ToArray() }] };
        var body = await dialect.OkAsync("/run_code", """{"code":"x","language":"cpp"}""");
        Assert.Equal(("Failed", "expected ;"), (body.GetProperty("status").GetString(), body.GetProperty("compile_result").GetProperty("stderr").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, body.GetProperty("run_result").ValueKind);
    }

    [Fact]
    public async Task Output_that_is_no_text_says_so_and_a_cut_character_is_left_out()
    {
        dialect.Engine.Answer = _ => new RolloutResult { Label = RolloutLabel.Ok, Steps = [new RolloutStepResult { Name = "run", ExitCode = 0, Stdout = new byte[] { 0xff, 0xfe } }] };
        Assert.StartsWith("[DecodeError]", (await dialect.OkAsync("/run_code", Hello)).GetProperty("run_result").GetProperty("stdout").GetString(), StringComparison.Ordinal);
        var cut = Encoding.UTF8.GetBytes("a" + new string('é', 600_000))[..(1 << 20)];
        dialect.Engine.Answer = _ => new RolloutResult { Label = RolloutLabel.Ok, Steps = [new RolloutStepResult { Name = "run", ExitCode = 0, Stdout = cut, OutputExceeded = true }] };
        Assert.EndsWith("éé", (await dialect.OkAsync("/run_code", Hello)).GetProperty("run_result").GetProperty("stdout").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_files_and_input_reach_the_engine()
    {
        dialect.Engine.Answer = _ => FakeRollouts.Ended("", 0, "compile") with { Files = [new RolloutFile("/mnt/b", "B"u8.ToArray())] };
        dialect.Engine.Asked.Clear();
        var body = await dialect.OkAsync("/run_code", """
            {"code":"int main(){}","language":"cpp","compile_timeout":3,"run_timeout":0.5,"memory_limit_MB":100,"stdin":"in","unknown":1,
             "files":{"d/a.txt":"QQ==","skip":null,"IGNORE_THIS_FILE.x":"QQ=="},"fetch_files":["/mnt/b","missing"]}
            """);
        Assert.Equal("Qg==", body.GetProperty("files").GetProperty("/mnt/b").GetString());
        var (tenant, execution) = Assert.Single(dialect.Engine.Asked);
        Assert.Equal(("trainer", "root", 2), (tenant, execution.User, execution.Steps.Count));
        Assert.Equal([TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(0.5)], execution.Steps.Select(step => step.Timeout));
        Assert.Equal((null, "in"), (execution.Steps[0].Stdin, Encoding.UTF8.GetString(execution.Steps[1].Stdin!.Value.Span)));
        Assert.Equal(["d/a.txt", "main.cpp"], execution.Files.Select(file => file.Path));
        Assert.Equal(["/mnt/b", "missing"], execution.Fetch);
        Assert.InRange(execution.Spec.Resources.MemoryBytes, 100L << 20, 150L << 20);
        Assert.All(execution.Steps, step => Assert.False(step.EndAtOutputLimit));
    }

    [Theory]
    [InlineData("{}", "missing", "code")]
    [InlineData("""{"code":"x"}""", "missing", "language")]
    [InlineData("""{"code":1,"language":"python"}""", "string_type", "code")]
    [InlineData("""{"code":"x","language":"cobol"}""", "literal_error", "language")]
    [InlineData("""{"code":"x","language":"python","run_timeout":"a"}""", "float_type", "run_timeout")]
    [InlineData("""{"code":"x","language":"python","run_timeout":-1}""", "value_error", "run_timeout")]
    [InlineData("""{"code":"x","language":"python","memory_limit_MB":1.5}""", "int_type", "memory_limit_MB")]
    [InlineData("""{"code":"x","language":"python","files":[]}""", "dict_type", "files")]
    [InlineData("""{"code":"x","language":"python","fetch_files":[1]}""", "list_type", "fetch_files")]
    public async Task What_is_wrong_with_a_field_is_a_422_that_names_it(string json, string type, string field)
    {
        var (status, body) = await dialect.PostAsync("/run_code", json);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        var error = body.GetProperty("detail")[0];
        Assert.Equal((type, "body", field), (error.GetProperty("type").GetString(), error.GetProperty("loc")[0].GetString(), error.GetProperty("loc")[1].GetString()));
        Assert.NotEmpty(error.GetProperty("msg").GetString()!);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_body_that_is_no_object_is_a_422(string json) => Assert.Equal(HttpStatusCode.UnprocessableEntity, (await dialect.PostAsync("/run_code", json)).Status);

    [Fact]
    public async Task Failures_of_the_server_are_no_answers()
    {
        dialect.Engine.Answer = _ => throw new CaissonException(ErrorCode.ResourceExhausted, "full");
        Assert.Equal((HttpStatusCode)429, (await dialect.PostAsync("/run_code", Hello)).Status);
        dialect.Engine.Answer = _ => throw new InvalidOperationException("secret");
        var (status, body) = await dialect.PostAsync("/run_code", Hello);
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.DoesNotContain("secret", body.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(0, body.GetProperty("traceback").GetArrayLength());
    }

    [Theory]
    [InlineData("lean", "lake")]
    [InlineData("cuda", "nvcc")]
    [InlineData("scala", "Object name not found.")]
    public async Task Code_that_cannot_be_run_is_a_SandboxError_that_says_why(string language, string why)
    {
        var body = await dialect.OkAsync("/run_code", $$"""{"code":"x","language":"{{language}}"}""");
        Assert.Equal("SandboxError", body.GetProperty("status").GetString());
        Assert.Contains(why, body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cells_come_back_as_the_driver_wrote_them()
    {
        const string done = """[{"stdout":"a","stderr":"","display":[{"text/plain":"2"}],"error":[{"ename":"E","evalue":"v","traceback":["t"]}]}]""";
        dialect.Engine.Answer = _ => new RolloutResult
        {
            Label = RolloutLabel.Ok,
            Steps = [new RolloutStepResult { Name = "driver", ExitCode = 0 }],
            Files = [new RolloutFile("/tmp/.notebook/done.json", Encoding.UTF8.GetBytes(done))],
        };
        var body = await dialect.OkAsync("/run_jupyter", """{"cells":["1+1"]}""");
        Assert.Equal(("Success", done, "{}"), (body.GetProperty("status").GetString(), body.GetProperty("cells").GetRawText(), body.GetProperty("files").GetRawText()));
        Assert.Equal("Finished", body.GetProperty("driver").GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await dialect.PostAsync("/run_jupyter", "{}")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await dialect.PostAsync("/run_jupyter", """{"cells":[],"kernel":"julia"}""")).Status);
    }

    [Fact]
    public async Task Who_may_not_call_gets_401()
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/run_code") { Content = new StringContent(Hello, Encoding.UTF8, "application/json") };
        message.Headers.Add("X-Stranger", "1");
        using var response = await dialect.Http.SendAsync(message, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("\"pong\"", await dialect.Http.GetStringAsync("/v1/ping", TestContext.Current.CancellationToken));
    }

    private async Task IsAsync(string status, string message, RolloutResult result)
    {
        dialect.Engine.Answer = _ => result;
        var body = await dialect.OkAsync("/run_code", Hello);
        Assert.Equal((status, message), (body.GetProperty("status").GetString(), body.GetProperty("message").GetString()));
    }
}

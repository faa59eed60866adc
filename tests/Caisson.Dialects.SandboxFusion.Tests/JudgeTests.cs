using System.Net;
using System.Text;
using System.Text.Json;
using Caisson.Dialects.SandboxFusion.Judge;
using Caisson.Engine.Rollouts;
using Xunit;

namespace Caisson.Dialects.SandboxFusion.Tests;

public sealed class JudgeTests(DialectUnderTest dialect) : IClassFixture<DialectUnderTest>
{
    private const string Completion = "Here:\n```python\nprint(input())\n```\nDone.";

    [Theory]
    [InlineData("a\n```python\nx=1\n```\nb\n```python\ny=2\n```", "python", "x=1\n", "fenced")]
    [InlineData("```bash\nls\n```\n```py\nx\n```", "python", "x\n", "fenced")]
    [InlineData("```\nx\n```", "python", "x\n", "fenced")]
    [InlineData("```text\nno\n```\n```\nx\n```\n```python\ny\n```", "python", "y\n", "fenced")]
    [InlineData("text\n```cpp\nint main(){}", "cpp", "int main(){}", "incomplete_fenced")]
    [InlineData("Sure!\nimport os\nprint(1)", "python", "import os\nprint(1)", "heuristic")]
    [InlineData("I cannot.", "python", "", "empty")]
    [InlineData("", "rust", "", "empty")]
    public void Code_is_found_by_its_fences_first(string completion, string language, string code, string type) =>
        Assert.Equal(new ExtractedCode(code, type), CodeExtraction.Find(completion, language));

    [Theory]
    [InlineData("1\n2\n", "1\n2", true)]
    [InlineData("  YES \n", "yes", true)]
    [InlineData("1.000001", "1.0", true)]
    [InlineData("1.01", "1.0", false)]
    [InlineData("1\n2", "1", false)]
    [InlineData("1 2", "1  2", false)]
    [InlineData("nan", "1", false)]
    [InlineData("", "", true)]
    public void Output_is_compared_line_by_line(string written, string wanted, bool same) => Assert.Equal(same, OutputComparison.Matches(written, wanted));

    [Fact]
    public async Task A_submission_is_accepted_when_every_case_passes()
    {
        dialect.Engine.Answer = Echo;
        var body = await dialect.OkAsync("/submit", Submission(Case("1", "1"), Case("2", "2")));
        Assert.True(body.GetProperty("accepted").GetBoolean());
        Assert.Equal(("7", "fenced", "print(input())\n"), (body.GetProperty("id").GetRawText(), body.GetProperty("extracted_type").GetString(), body.GetProperty("extracted_code").GetString()));
        Assert.Equal(2, body.GetProperty("tests").GetArrayLength());
        Assert.Equal("Success", body.GetProperty("tests")[0].GetProperty("exec_info").GetProperty("status").GetString());
        Assert.Equal(["id", "accepted", "extracted_code", "full_code", "test_code", "tests", "extracted_type", "extra"], body.EnumerateObject().Select(field => field.Name));
    }

    [Fact]
    public async Task Cases_end_at_the_first_that_fails_unless_all_are_asked_for()
    {
        dialect.Engine.Answer = Echo;
        var cases = Enumerable.Range(0, 20).Select(number => Case($"{number}", number == 3 ? "wrong" : $"{number}")).ToArray();
        var body = await dialect.OkAsync("/submit", Submission(cases));
        Assert.False(body.GetProperty("accepted").GetBoolean());
        Assert.Equal([true, true, true, false], body.GetProperty("tests").EnumerateArray().Select(test => test.GetProperty("passed").GetBoolean()));
        Assert.Equal("wrong", body.GetProperty("tests")[3].GetProperty("test_info").GetProperty("output").GetProperty("stdout").GetString());
        Assert.Equal(20, (await dialect.OkAsync("/submit", Submission(cases).Replace("\"config\":{", "\"config\":{\"extra\":{\"run_all_cases\":true},", StringComparison.Ordinal))).GetProperty("tests").GetArrayLength());
    }

    [Fact]
    public async Task Long_cases_are_shortened_unless_asked_for_whole()
    {
        dialect.Engine.Answer = Echo;
        var text = new string('x', 5000);
        var shown = (await dialect.OkAsync("/submit", Submission(Case(text, text)))).GetProperty("tests")[0].GetProperty("test_info").GetProperty("input").GetProperty("stdin").GetString();
        Assert.InRange(shown!.Length, 1, 2000);
        var whole = Submission(Case(text, text)).Replace("\"config\":{", "\"config\":{\"extra\":{\"return_full_case\":true},", StringComparison.Ordinal);
        Assert.Equal(text, (await dialect.OkAsync("/submit", whole)).GetProperty("tests")[0].GetProperty("test_info").GetProperty("input").GetProperty("stdin").GetString());
    }

    [Fact]
    public async Task A_failure_of_ours_is_never_a_wrong_answer()
    {
        dialect.Engine.Answer = _ => new RolloutResult { Label = RolloutLabel.Infrastructure, Message = "no room" };
        var (status, body) = await dialect.PostAsync("/submit", Submission(Case("1", "1")));
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        Assert.Contains("no room", body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AutoEval_puts_the_code_where_the_test_wants_it_and_looks_for_the_flag()
    {
        dialect.Engine.Asked.Clear();
        dialect.Engine.Answer = execution => FakeRollouts.Ended(Code(execution), 0);
        var body = await dialect.OkAsync("/submit", AutoEval("before\\n#<INSERT>\\nafter", "{\"append_flag\":true}"));
        Assert.True(body.GetProperty("accepted").GetBoolean());
        Assert.StartsWith("before\nprint(input())\n\nafter\nprint('", body.GetProperty("full_code").GetString(), StringComparison.Ordinal);
        dialect.Engine.Answer = _ => FakeRollouts.Ended("exited early", 0);
        Assert.False((await dialect.OkAsync("/submit", AutoEval("assert True", "{\"append_flag\":true}"))).GetProperty("accepted").GetBoolean());
        Assert.True((await dialect.OkAsync("/submit", AutoEval("assert True", "{}"))).GetProperty("accepted").GetBoolean());
        Assert.Contains(dialect.Engine.Asked, asked => asked.Execution.Files.Any(file => file.Path == "data.txt"));
    }

    [Fact]
    public async Task Prompts_are_the_rows_given()
    {
        const string rows = """{"dataset":"mine","config":{"dataset_type":"CommonOJDataset","provided_data":[{"id":1,"content":"a","labels":{"x":1}},{"id":"two","content":[{"role":"user","content":"b"}]}]}}""";
        Assert.Equal("""[{"id":1,"prompt":"a","labels":{"x":1}},{"id":"two","prompt":[{"role":"user","content":"b"}],"labels":{}}]""", (await dialect.OkAsync("/get_prompts", rows)).GetRawText());
        Assert.Equal("""[1,"two"]""", (await dialect.OkAsync("/list_ids", rows)).GetRawText());
        Assert.Equal("""["two"]""", (await dialect.OkAsync("/list_ids", rows.Replace("{\"dataset\"", "{\"offset\":1,\"dataset\"", StringComparison.Ordinal))).GetRawText());
        const string one = """{"dataset":"mine","id":1,"results":[],"config":{"dataset_type":"CommonOJDataset","provided_data":{"id":1,"content":"a","labels":{}}}}""";
        Assert.Equal("""{"id":1,"prompt":"a","labels":{}}""", (await dialect.OkAsync("/get_prompt_by_id", one)).GetRawText());
        Assert.Equal("{}", (await dialect.OkAsync("/get_metrics", one)).GetRawText());
        Assert.Equal("""{"function":null}""", (await dialect.OkAsync("/get_metrics_function", one)).GetRawText());
        Assert.Equal("[]", await dialect.Http.GetStringAsync("/list_datasets", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("""{"dataset":"x","id":1,"completion":"c","config":{}}""")]
    [InlineData("""{"dataset":"x","id":1,"completion":"c","config":{"dataset_type":"HumanEvalDataset","provided_data":{}}}""")]
    [InlineData("""{"dataset":"x","id":1,"completion":"c","config":{"dataset_type":"CommonOJDataset","language":"python","provided_data":[]}}""")]
    [InlineData("""{"dataset":"x","id":1,"completion":"c","config":{"dataset_type":"CommonOJDataset","provided_data":{"test":[]}}}""")]
    [InlineData("""{"dataset":"x","id":1,"completion":"c","config":{"dataset_type":"CommonOJDataset","language":"python","provided_data":{}}}""")]
    [InlineData("""{"dataset":"x","id":1,"completion":"c","config":{"dataset_type":"CommonOJDataset","language":"python","custom_extract_logic":"import os","provided_data":{"test":[]}}}""")]
    public async Task What_cannot_be_judged_is_a_400(string json)
    {
        var (status, body) = await dialect.PostAsync("/submit", json);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(JsonValueKind.String, body.GetProperty("detail").ValueKind);
    }

    private static RolloutResult Echo(RolloutExecution execution) => FakeRollouts.Ended(Encoding.UTF8.GetString(execution.Steps[^1].Stdin!.Value.Span) + "\n", 0);

    private static string Code(RolloutExecution execution) => Encoding.UTF8.GetString(execution.Files.Single(file => file.Path == "main.py").Content.Span);

    private static string Case(string stdin, string stdout) => "{\"input\":{\"stdin\":\"" + stdin + "\"},\"output\":{\"stdout\":\"" + stdout + "\"}}";

    private static string Submission(params string[] cases) => "{\"dataset\":\"mine\",\"id\":7,\"completion\":" + JsonSerializer.Serialize(Completion)
        + ",\"config\":{\"dataset_type\":\"CommonOJDataset\",\"language\":\"python\",\"provided_data\":{\"id\":7,\"content\":\"\",\"test\":[" + string.Join(',', cases) + "]}}}";

    private static string AutoEval(string test, string extra) => "{\"dataset\":\"mine\",\"id\":\"a\",\"completion\":" + JsonSerializer.Serialize(Completion)
        + ",\"config\":{\"dataset_type\":\"AutoEvalV4Dataset\",\"extra\":" + extra + ",\"provided_data\":{\"id\":\"a\",\"content\":\"\",\"labels\":{\"programming_language\":\"python\"},\"test\":{\"code\":\""
        + test + "\",\"asset\":{\"data.txt\":\"QQ==\"}}}}}";
}

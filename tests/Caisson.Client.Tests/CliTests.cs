using System.CommandLine;
using Caisson.Cli.Commands;
using Caisson.Cli.Output;
using Caisson.Core.Advice;
using Caisson.Core.Failures;
using Xunit;

namespace Caisson.Client.Tests;

public sealed class CliTests
{
    [Theory]
    [InlineData("plain é", "plain é")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("a\u202eb\u009b", "a\\u202eb\\u009b")]
    [InlineData("two\nlines", "two\\u000alines")]
    public void Untrusted_text_cannot_act_on_the_terminal(string text, string shown) => Assert.Equal(shown, Plain.Text(text));

    [Theory]
    [InlineData(3, null, FailureKind.Task, 3)]
    [InlineData(null, 9, FailureKind.Task, 137)]
    [InlineData(null, 9, FailureKind.Timeout, 124)]
    [InlineData(null, null, FailureKind.Infrastructure, 125)]
    public void Exit_codes_tell_whose_fault_it_was(int? code, int? signal, FailureKind failure, int expected) =>
        Assert.Equal(expected, ExecCommand.ExitCode(code, signal, failure));

    [Fact]
    public void A_path_is_remote_only_behind_an_id()
    {
        Assert.Equal(("abcdefghij0123456789", "/x:y"), CopyCommand.Remote("abcdefghij0123456789:/x:y"));
        Assert.Null(CopyCommand.Remote("./a:b"));
        Assert.Null(CopyCommand.Remote("-"));
    }

    [Fact]
    public void Options_describe_a_workload_and_go_over_its_file()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """{"trust":"own","life":"days","needs":["pty"]}""");
            var work = Read("--workload", file, "--trust", "third-party", "--host-files", "review", "--fork", "--parallel", "7", "--host", "example.com");
            Assert.Equal((Trust.ThirdParty, Life.Days, HostFileUse.Review, true, 7), (work.Trust, work.Life, work.HostFiles, work.Fork, work.Parallel));
            Assert.Equal([Need.Pty], work.Needs);
            Assert.Equal([Need.Gui, Need.Gpu], Read("--workload", file, "--need", "gui", "--need", "gpu").Needs);
            File.WriteAllText(file, """{"trust":"own","wall":"bubblewrap"}""");
            Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<CaissonException>(() => Read("--workload", file)).Code);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("--trust", "nobody")]
    [InlineData("--trust", "1")]
    [InlineData("--trust", "")]
    [InlineData("--parallel", "0")]
    [InlineData("--host", "http://x/")]
    [InlineData("--workload", "/nonexistent")]
    public void A_workload_that_cannot_be_meant_is_refused(params string[] arguments) =>
        Assert.Equal(ErrorCode.InvalidArgument, Assert.Throws<CaissonException>(() => Read(arguments)).Code);

    private static Workload Read(params string[] arguments)
    {
        var options = new WorkloadOptions();
        var command = new Command("advise");
        foreach (var option in options.All)
            command.Add(option);
        return options.Read(command.Parse(arguments));
    }
}

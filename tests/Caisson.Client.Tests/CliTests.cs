using Caisson.Cli.Commands;
using Caisson.Cli.Output;
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
}

using System.Security.Cryptography;
using Caisson.Run.Tests.Ground;

namespace Caisson.Run.Tests;

public sealed class StreamTests(Site site)
{
    private const int TenMegabytes = 10 << 20;

    [Theory, ClassData(typeof(Callers))]
    public async Task Ten_megabytes_pass_both_ways_byte_for_byte(Caller caller)
    {
        using var place = site.For(caller);
        var data = RandomNumberGenerator.GetBytes(TenMegabytes + 17);
        var outcome = await place.RunAsync(["--", "cat"], data);
        Assert.Equal(0, outcome.Code);
        Assert.True(data.AsSpan().SequenceEqual(outcome.Output), $"{outcome.Output.Length} bytes came back");
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task The_two_outputs_stay_apart(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.ShellAsync("echo one; echo two >&2; printf 'th\\000ree'");
        Assert.Equal("one\nth\0ree", outcome.Text);
        Assert.Equal("two\n", outcome.Error);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Much_on_standard_error_arrives_whole(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.ShellAsync("head -c 3000000 /dev/zero | tr '\\000' x >&2");
        Assert.Equal(3_000_000, outcome.Error.Length);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Output_before_the_end_of_input_is_seen_at_once(Caller caller)
    {
        using var place = site.For(caller);
        await using var running = place.Start(["run", "--", "cat"]);
        await running.Input.WriteAsync("hello\n"u8.ToArray());
        await running.Input.FlushAsync();
        await running.UntilAsync("hello");
        Assert.Equal(0, (await running.EndAsync()).Code);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task An_empty_input_ends_at_once(Caller caller)
    {
        using var place = site.For(caller);
        Assert.Equal("0", (await place.ShellAsync("wc -c")).Text);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Nobody_reading_any_more_is_141_and_quick(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.HostShellAsync("$C run -- yes | head -n 2; echo ${PIPESTATUS[0]}", TimeSpan.FromSeconds(20));
        Assert.Equal("y\ny\n141", outcome.Text);
        Assert.True(outcome.Time < TimeSpan.FromSeconds(5), outcome.ToString());
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task A_command_that_reads_no_input_does_not_wait_for_it(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.HostShellAsync("yes | $C run -- echo done", TimeSpan.FromSeconds(20));
        Assert.Equal("done", outcome.Text);
    }

    [Theory, ClassData(typeof(Callers))]
    public async Task Closed_descriptors_of_the_caller_do_no_harm(Caller caller)
    {
        using var place = site.For(caller);
        var outcome = await place.HostShellAsync("$C run -- echo done <&-", TimeSpan.FromSeconds(20));
        Assert.Equal("done", outcome.Text);
        var silent = await place.HostShellAsync("$C run -- sh -c 'echo done; exit 3' >&-; echo $?", TimeSpan.FromSeconds(20));
        Assert.NotEqual("0", silent.Text);
    }
}

using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Interpreter.Contexts;
using Caisson.Interpreter.Kernels;
using Caisson.Interpreter.Runs;
using Caisson.Interpreter.Tests.Fakes;

namespace Caisson.Interpreter.Tests;

/// <summary>Contexts over a kernel whose every word the test decides.</summary>
public sealed class ContextTests
{
    private static readonly ContextInfo _info = new("id", "python", "/home/user");

    private readonly InterpreterOptions _options = new() { InterruptLimit = TimeSpan.FromSeconds(2), InterruptInterval = TimeSpan.FromMilliseconds(50), MaxWaiting = 2 };
    private readonly List<ScriptedKernel> _kernels = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_of_a_run_come_in_order_until_it_is_done()
    {
        await using var context = NewContext();
        await using var run = await context.RunAsync(Code("1"), Token);
        var id = await RequestedAsync(0);
        _kernels[0].Say("""{"t":"count","count":1}""");
        _kernels[0].Say("""{"t":"stdout","text":"a"}""");
        _kernels[0].Say("no frame at all");
        _kernels[0].Say($$"""{"t":"done","id":"{{id}}"}""");
        Assert.Equal([new RunCounted(1), new RunPrinted(OutputStream.StandardOutput, "a")], await AllAsync(run));
    }

    [Fact]
    public async Task What_is_printed_between_two_runs_belongs_to_neither()
    {
        await using var context = NewContext();
        await CompleteAsync(context, 0);
        _kernels[0].Say("""{"t":"stdout","text":"stray"}""");
        await _kernels[0].TakenAsync();
        await using var run = await context.RunAsync(Code("2"), Token);
        var id = await RequestedAsync(0);
        _kernels[0].Say($$"""{"t":"done","id":"{{id}}"}""");
        Assert.Empty(await AllAsync(run));
    }

    [Fact]
    public async Task The_end_of_another_request_does_not_end_a_run()
    {
        await using var context = NewContext();
        await using var run = await context.RunAsync(Code("1"), Token);
        var id = await RequestedAsync(0);
        _kernels[0].Say("""{"t":"done","id":"other"}""");
        _kernels[0].Say("""{"t":"stdout","text":"still"}""");
        _kernels[0].Say($$"""{"t":"done","id":"{{id}}"}""");
        Assert.Single(await AllAsync(run));
    }

    [Fact]
    public async Task A_kernel_that_dies_says_so_and_the_next_run_gets_a_new_one()
    {
        await using var context = NewContext();
        await using (var run = await context.RunAsync(Code("die"), Token))
        {
            await RequestedAsync(0);
            _kernels[0].Exit(9);
            var failed = Assert.IsType<RunFailed>(Assert.Single(await AllAsync(run)));
            Assert.Equal("KernelDied", failed.Name);
            Assert.Contains("9", failed.Value, StringComparison.Ordinal);
        }

        await CompleteAsync(context, 1);
        Assert.Equal(2, _kernels.Count);
    }

    [Fact]
    public async Task A_sandbox_that_vanishes_is_a_failure_and_no_event()
    {
        await using var context = NewContext();
        await using var run = await context.RunAsync(Code("1"), Token);
        await RequestedAsync(0);
        _kernels[0].Vanish();
        var failure = await Assert.ThrowsAsync<CaissonException>(() => AllAsync(run));
        Assert.Equal(ErrorCode.Unavailable, failure.Code);
    }

    [Fact]
    public async Task A_run_that_is_left_is_interrupted_and_its_context_lives_on()
    {
        await using var context = NewContext();
        var run = await context.RunAsync(Code("forever"), Token);
        var id = await RequestedAsync(0);
        var leaving = run.DisposeAsync();
        Assert.Equal(2, await _kernels[0].Signals.Reader.ReadAsync(Token));
        _kernels[0].Say($$"""{"t":"done","id":"{{id}}"}""");
        await leaving;
        await CompleteAsync(context, 0);
        Assert.Single(_kernels);
    }

    [Fact]
    public async Task A_flood_that_nobody_reads_does_not_hold_the_interrupt_up()
    {
        await using var context = NewContext();
        var run = await context.RunAsync(Code("flood"), Token);
        var id = await RequestedAsync(0);
        for (var line = 0; line < 5000; line++)
            _kernels[0].Say("""{"t":"stdout","text":"x"}""");
        _kernels[0].Say($$"""{"t":"done","id":"{{id}}"}""");
        await run.DisposeAsync();
        await CompleteAsync(context, 0);
        Assert.Single(_kernels);
    }

    [Fact]
    public async Task Code_that_does_not_stop_loses_its_kernel()
    {
        await using var context = NewContext();
        var run = await context.RunAsync(Code("never"), Token);
        await RequestedAsync(0);
        await run.DisposeAsync();
        await CompleteAsync(context, 1);
        Assert.Equal(2, _kernels.Count);
    }

    [Fact]
    public async Task Runs_wait_for_each_other_and_only_so_many()
    {
        await using var context = NewContext();
        var first = await context.RunAsync(Code("1"), Token);
        var id = await RequestedAsync(0);
        var second = context.RunAsync(Code("2"), Token);
        var third = context.RunAsync(Code("3"), Token);
        var refused = await Assert.ThrowsAsync<CaissonException>(() => context.RunAsync(Code("4"), Token));
        Assert.Equal(ErrorCode.ResourceExhausted, refused.Code);
        Assert.False(second.IsCompleted || third.IsCompleted);
        _kernels[0].Say($$"""{"t":"done","id":"{{id}}"}""");
        await AllAsync(first);
        await first.DisposeAsync();
        Assert.Contains(await Task.WhenAny(second, third).WaitAsync(TimeSpan.FromSeconds(10), Token), (Task<IRun>[])[second, third]);
    }

    [Fact]
    public async Task One_who_gives_up_waiting_leaves_the_line()
    {
        await using var context = NewContext();
        await using var first = await context.RunAsync(Code("1"), Token);
        using var impatient = new CancellationTokenSource();
        var second = context.RunAsync(Code("2"), impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _kernels[0].Say($$"""{"t":"done","id":"{{await RequestedAsync(0)}}"}""");
        await AllAsync(first);
    }

    [Fact]
    public async Task Restarted_it_has_a_new_kernel_and_the_old_one_is_killed()
    {
        await using var context = NewContext();
        await CompleteAsync(context, 0);
        await context.RestartAsync(Token);
        Assert.Equal(9, await _kernels[0].Signals.Reader.ReadAsync(Token));
        await CompleteAsync(context, 1);
    }

    [Fact]
    public async Task Removed_it_is_not_found()
    {
        await using var context = NewContext();
        await CompleteAsync(context, 0);
        await context.RemoveAsync(Token);
        var missing = await Assert.ThrowsAsync<CaissonException>(() => context.RunAsync(Code("1"), Token));
        Assert.Equal(ErrorCode.NotFound, missing.Code);
    }

    [Fact]
    public async Task The_variables_of_a_run_reach_the_kernel()
    {
        await using var context = NewContext();
        await using var run = await context.RunAsync(new RunRequest("1", null, null, new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "b" }), Token);
        var request = await _kernels[0].Requests.Reader.ReadAsync(Token);
        Assert.Equal("b", request.GetProperty("env").GetProperty("A").GetString());
        _kernels[0].Say($$"""{"t":"done","id":"{{request.GetProperty("id").GetString()}}"}""");
        await AllAsync(run);
    }

    [Fact]
    public async Task A_kernel_that_ends_while_it_starts_tells_why()
    {
        var kernel = new ScriptedKernel();
        await using var starting = await Kernel.StartAsync(kernel, new ExecRequest { Command = "k" }, Token);
        kernel.Write(OutputStream.StandardError, "no such interpreter");
        kernel.Exit(127);
        var failure = await Assert.ThrowsAsync<CaissonException>(() => starting.ReadyAsync(Token));
        Assert.Contains("no such interpreter", failure.Message, StringComparison.Ordinal);
    }

    private static RunRequest Code(string code) => new(code, null, null, new Dictionary<string, string>(StringComparer.Ordinal));

    private CodeContext NewContext() => new(_info, null, StartAsync, _options, TimeProvider.System);

    private async Task<Kernel> StartAsync(ContextInfo info, CancellationToken cancellation)
    {
        var kernel = new ScriptedKernel();
        _kernels.Add(kernel);
        var started = await Kernel.StartAsync(kernel, new ExecRequest { Command = "k" }, cancellation);
        kernel.Say("""{"t":"ready"}""");
        await started.ReadyAsync(cancellation);
        return started;
    }

    private async Task<string> RequestedAsync(int kernel) => (await _kernels[kernel].Requests.Reader.ReadAsync(Token)).GetProperty("id").GetString()!;

    private async Task CompleteAsync(CodeContext context, int kernel)
    {
        await using var run = await context.RunAsync(Code("x"), Token);
        _kernels[kernel].Say($$"""{"t":"done","id":"{{await RequestedAsync(kernel)}}"}""");
        await AllAsync(run);
    }

    private static async Task<List<RunEvent>> AllAsync(IRun run)
    {
        var all = new List<RunEvent>();
        await foreach (var happened in run.ReadAsync(Token).WithCancellation(Token))
            all.Add(happened);
        return all;
    }
}

using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Sandboxes;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace Caisson.Dialects.SweRex.Tests.Parts;

/// <summary>When sandboxes are started, kept and given up.</summary>
public sealed class NamedSandboxesTests
{
    private static readonly SandboxAddress _address = new("alice", "base", "one");
    private readonly TaskCompletionSource _ended = new();
    private readonly SweRexOptions _options = new() { Life = TimeSpan.FromMilliseconds(400) };
    private Task _gate = Task.CompletedTask;
    private int _starts;
    private int _extensions;
    private Exception? _failure;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_goes_on_when_its_caller_goes_and_is_shared()
    {
        await using var named = New();
        var gate = new TaskCompletionSource();
        _gate = gate.Task;
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var first = named.UseAsync(_address, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var others = Enumerable.Range(0, 10).Select(_ => named.UseAsync(_address, Cancellation)).ToList();
        gate.SetResult();
        Assert.Single((await Task.WhenAll(others)).Distinct());
        Assert.Equal(1, _starts);
    }

    [Fact]
    public async Task A_start_that_failed_is_told_to_who_waited_and_tried_again()
    {
        await using var named = New();
        _failure = new CaissonException(ErrorCode.NotFound, "no such template");
        Assert.Same(_failure, await Assert.ThrowsAsync<CaissonException>(() => named.UseAsync(_address, Cancellation)));
        Assert.Same(_failure, await Assert.ThrowsAsync<CaissonException>(() => named.UseAsync(_address, Cancellation)));
        _failure = null;
        await named.UseAsync(_address, Cancellation);
        Assert.Equal(3, _starts);
    }

    [Fact]
    public async Task A_call_under_way_keeps_it_alive()
    {
        await using var named = New();
        var sandbox = await named.UseAsync(_address, Cancellation);
        var before = _extensions;
        Assert.Equal(7, await sandbox.HoldAsync(LongAsync(), Cancellation));
        Assert.InRange(_extensions - before, 3, 20);

        static async Task<int> LongAsync()
        {
            await Task.Delay(1000, Cancellation);
            return 7;
        }
    }

    [Fact]
    public async Task An_end_is_told_once_but_not_to_who_starts_afresh()
    {
        await using var named = New();
        await named.UseAsync(_address, Cancellation);
        _ended.SetResult();
        while (named.Find(_address) is not null)
            await Task.Delay(10, Cancellation);
        await Assert.ThrowsAsync<RaisedFailure>(() => named.UseAsync(_address, Cancellation));
        await named.UseAsync(_address, Cancellation);
        while (named.Find(_address) is not null)
            await Task.Delay(10, Cancellation);
        await named.UseAsync(_address, Cancellation, afresh: true);
        Assert.Equal(3, _starts);
    }

    [Fact]
    public async Task An_answer_is_kept_until_the_next_and_only_if_it_is_small()
    {
        await using var named = New();
        await named.UseAsync(_address, Cancellation);
        named.Remember(_address, "1", new Answer(200, [1]));
        Assert.Equal([1], named.AnswerOf(_address, "1")!.Body);
        Assert.Null(named.AnswerOf(_address, "2"));
        Assert.Null(named.AnswerOf(_address with { Tenant = "mallory" }, "1"));
        named.Remember(_address, "2", new Answer(200, new byte[(1 << 20) + 1]));
        Assert.Null(named.AnswerOf(_address, "1"));
        Assert.Null(named.AnswerOf(_address, "2"));
    }

    private NamedSandboxes New() => new(
        Scripted.Of<ISandboxEngine>((member, arguments) => member switch
        {
            "List" => new SandboxPage([], null, 0),
            "CreateAsync" => StartAsync((SandboxSpec)arguments[1]!),
            _ => throw new InvalidOperationException(member),
        }),
        Scripted.Of<ITemplateEngine>((_, _) => null),
        _options,
        TimeProvider.System,
        NullLogger<NamedSandboxes>.Instance);

    private async Task<ISandbox> StartAsync(SandboxSpec spec)
    {
        Interlocked.Increment(ref _starts);
        await _gate;
        var now = TimeProvider.System.GetUtcNow();
        var info = new SandboxInfo(SandboxId.New(), "alice", spec, "fake", SandboxState.Running, now, now, "", null);
        return _failure is { } failure
            ? throw failure
            : Scripted.Of<ISandbox>((member, _) => member switch
            {
                "get_Info" => info,
                "get_Ended" => _ended.Task,
                "ExtendAsync" => ExtendAsync(),
                _ => throw new InvalidOperationException(member),
            });
    }

    private Task ExtendAsync()
    {
        Interlocked.Increment(ref _extensions);
        return Task.CompletedTask;
    }
}

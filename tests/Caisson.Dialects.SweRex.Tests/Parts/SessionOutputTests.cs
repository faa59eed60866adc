using Caisson.Dialects.SweRex.Sessions;

namespace Caisson.Dialects.SweRex.Tests.Parts;

/// <summary>How prompts are told from output.</summary>
public sealed class SessionOutputTests
{
    private const string Mark = "0123456789abcdef";
    private readonly SessionOutput _output = new(Prompt.Opening(Mark), 1000);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prompt_is_found_however_it_is_cut()
    {
        var text = $"one\r\ntwo{Shown(7, 3, 42)}rest";
        var taken = _output.TakeAsync(Awaited.AnyPrompt, Cancellation);
        foreach (var c in text)
            _output.Append([c]);
        var (before, found) = await taken;
        Assert.Equal(("one\ntwo", new Prompt(7, 3, 42)), (before, found.Prompt));
        Assert.Equal("rest", _output.TakeAll());
    }

    [Fact]
    public async Task Prompts_that_do_not_count_are_no_output()
    {
        _output.Append($"late{Shown(1, 2, 9)}next{Shown(0, 3, 9)}");
        var (before, found) = await _output.TakeAsync(new Awaited(prompt => prompt.Turn == 3, []), Cancellation);
        Assert.Equal(("latenext", 0), (before, found.Prompt!.Value.ExitCode));
    }

    [Theory]
    [InlineData("\x1e0123456789abcdef:$?:${__caisson_turn-0}:$$\x1f")]
    [InlineData("\x1e0123456789abcdee:0:0:0\x1f")]
    [InlineData("\x1e0123456789abcdef:0:0\x1f")]
    [InlineData("\x1e0123456789abcdef:0:-1:0\x1f")]
    public async Task What_only_looks_like_a_prompt_is_output(string text)
    {
        _output.Append(text + Shown(0, 1, 1));
        var (before, _) = await _output.TakeAsync(Awaited.AnyPrompt, Cancellation);
        Assert.Equal(text, before);
    }

    [Fact]
    public async Task The_first_of_pattern_and_prompt_wins()
    {
        _output.Append($"a>>> b{Shown(0, 1, 1)}");
        var awaited = Awaited.Of(_ => true, ["b", ">>> "]);
        Assert.Equal(">>> ", (await _output.TakeAsync(awaited, Cancellation)).Found.Pattern);
        Assert.Equal("b", (await _output.TakeAsync(awaited, Cancellation)).Found.Pattern);
        Assert.NotNull((await _output.TakeAsync(awaited, Cancellation)).Found.Prompt);
    }

    [Fact]
    public async Task The_oldest_is_dropped_and_said_to_be()
    {
        for (var n = 0; n < 100; n++)
            _output.Append(new string('x', 99) + "\n");
        _output.Append("end" + Shown(0, 1, 1));
        var (before, _) = await _output.TakeAsync(Awaited.AnyPrompt, Cancellation);
        Assert.Matches("^\\[9[0-9]{3} characters of output before this were dropped\\]\n", before);
        Assert.EndsWith("x\nend", before, StringComparison.Ordinal);
        _output.Append("more" + Shown(0, 1, 1));
        Assert.Equal("more", (await _output.TakeAsync(Awaited.AnyPrompt, Cancellation)).Before);
    }

    [Fact]
    public async Task The_end_ends_the_waiting_but_not_before_what_is_there()
    {
        _output.Append("x" + Shown(0, 1, 1) + "y");
        _output.End("over");
        Assert.Equal("x", (await _output.TakeAsync(Awaited.AnyPrompt, Cancellation)).Before);
        Assert.Equal("over", (await Assert.ThrowsAsync<EndOfStreamException>(() => _output.TakeAsync(Awaited.AnyPrompt, Cancellation))).Message);
        Assert.Equal("y", _output.TakeAll());
    }

    [Fact]
    public async Task Forgotten_prompts_answer_nothing()
    {
        _output.Append($"a{Shown(0, 1, 1)}b{Shown(0, 2, 1)}c");
        _output.ForgetPrompts();
        using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _output.TakeAsync(Awaited.AnyPrompt, late.Token));
        Assert.Equal("abc", _output.TakeAll());
    }

    private static string Shown(int code, int turn, int shell) => $"\x1e{Mark}:{code}:{turn}:{shell}\x1f";
}

using System.Collections.Concurrent;
using System.Globalization;
using Caisson.Client;
using Spectre.Console;

namespace Caisson.Cli.Rollouts;

/// <summary>How far a run is: a bar with the rate and what is left on a terminal, else nothing until the end.</summary>
internal sealed class RolloutProgress(int total, int before, TimeProvider time)
{
    private readonly ConcurrentDictionary<RolloutLabel, int> _labels = new();
    private readonly int _before = before;
    private readonly long _since = time.GetTimestamp();
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private int _done = before;
    private ProgressTask? _bar;

    /// <summary>Shows the bar while <paramref name="work"/> runs.</summary>
    public Task ShowAsync(Func<Task> work) => _console.Profile.Out.IsTerminal
        ? _console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(async context =>
        {
            _bar = context.AddTask(Description(), maxValue: Math.Max(1, total));
            _bar.Value = _done;
            await work();
        })
        : work();

    /// <summary>Counts a result.</summary>
    public void Add(RolloutLabel label)
    {
        _labels.AddOrUpdate(label, 1, (_, count) => count + 1);
        Interlocked.Increment(ref _done);
        if (_bar is not { } bar)
            return;
        bar.Description = Description();
        bar.Value = _done;
    }

    /// <summary>One line of what came of it.</summary>
    public string Summary() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_done} of {total} done, {Rate():0.0}/s{string.Concat(_labels.OrderBy(pair => pair.Key).Select(pair => FormattableString.Invariant($", {pair.Value} {Word(pair.Key)}")))}");

    private static string Word(RolloutLabel label) => label == RolloutLabel.OutOfMemory ? "oom" : label.ToString().ToLowerInvariant();

    private string Description() => string.Create(CultureInfo.InvariantCulture, $"{_done}/{total} {Rate():0.0}/s");

    private double Rate() => (_done - _before) / Math.Max(1e-3, time.GetElapsedTime(_since).TotalSeconds);
}

using Caisson.Cli.Terminals;

namespace Caisson.Cli.Output;

/// <summary>One line on standard error that tells how far long work is; silent unless a person watches.</summary>
internal sealed class Progress(string what) : IDisposable
{
    private static readonly long _interval = TimeProvider.System.TimestampFrequency / 10;
    private readonly bool _shown = Libc.IsTerminal(2) == 1;
    private long _last = TimeProvider.System.GetTimestamp();
    private bool _written;

    /// <summary>Says how many bytes are done.</summary>
    public void Report(long bytes) => Show(FormattableString.Invariant($"{bytes / 1024.0 / 1024.0:0.0} MiB"));

    /// <summary>Says how many of so many are done.</summary>
    public void Report(int done, int of) => Show(FormattableString.Invariant($"{done} of {of}"));

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        if (_written)
            Console.Error.Write("\r\u001b[K");
    }

    private void Show(string far)
    {
        var now = TimeProvider.System.GetTimestamp();
        if (!_shown || now - _last < _interval)
            return;
        (_last, _written) = (now, true);
        Console.Error.Write($"\r{what}: {far}");
    }
}

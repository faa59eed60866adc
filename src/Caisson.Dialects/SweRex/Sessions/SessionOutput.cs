using System.Globalization;

namespace Caisson.Dialects.SweRex.Sessions;

/// <summary>What a session's terminal showed and nobody has taken yet; the oldest is dropped beyond a bound.</summary>
internal sealed class SessionOutput(string opening, int bound)
{
    private const int Kept = 4096;
    private readonly Lock _gate = new();
    private char[] _text = new char[Kept];
    private int _start;
    private int _end;
    private long _dropped;
    private string? _over;
    private TaskCompletionSource _changed = New();

    /// <summary>Why nothing more comes, or null while something may.</summary>
    public string? Over
    {
        get
        {
            lock (_gate)
                return _over;
        }
    }

    /// <summary>Adds what was shown.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        lock (_gate)
        {
            MakeRoom(text.Length);
            text.CopyTo(_text.AsSpan(_end));
            _end += text.Length;
            if (_end - _start > bound)
            {
                // Half of it, so that a flood does not move the rest at every piece.
                var excess = _end - _start - (bound / 2);
                _start += excess;
                _dropped += excess;
            }

            Wake();
        }
    }

    /// <summary>Says that nothing more comes, and why.</summary>
    public void End(string reason)
    {
        lock (_gate)
        {
            _over ??= reason;
            Wake();
        }
    }

    /// <summary>Waits for something and takes everything up to its end; the text before it is returned with it.</summary>
    public async Task<(string Before, Found Found)> TakeAsync(Awaited awaited, CancellationToken cancellation)
    {
        var position = 0L;
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                var text = _text.AsSpan(_start, _end - _start);
                var seen = (int)Math.Clamp(position - _dropped, 0, text.Length);
                if (awaited.In(text, opening, seen) is { } found)
                    return (Take(found.Index, found.Length), found);
                position = _dropped + text.Length;
                if (_over is not null)
                    throw new EndOfStreamException(_over);
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>Takes everything that is there.</summary>
    public string TakeAll()
    {
        lock (_gate)
            return Take(_end - _start, 0);
    }

    /// <summary>Forgets the prompts that are there; what is typed next is not what they answer.</summary>
    public void ForgetPrompts()
    {
        lock (_gate)
        {
            while (Prompt.Find(_text.AsSpan(_start, _end - _start), opening, 0) is { } prompt)
            {
                var at = _start + prompt.Index;
                _text.AsSpan((at + prompt.Length).._end).CopyTo(_text.AsSpan(at));
                _end -= prompt.Length;
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private string Take(int length, int beyond)
    {
        var text = TerminalText.Plain(_text.AsSpan(_start, length), opening);
        _start += length + beyond;
        if (_dropped > 0)
            text = string.Create(CultureInfo.InvariantCulture, $"[{_dropped} characters of output before this were dropped]\n{text}");
        _dropped = 0;
        if (_start == _end)
            (_text, _start, _end) = (_text.Length > Kept ? new char[Kept] : _text, 0, 0);
        return text;
    }

    private void MakeRoom(int length)
    {
        if (_end + length <= _text.Length)
            return;
        var held = _end - _start;
        var target = held + length <= _text.Length / 2 ? _text : new char[Math.Max(Math.Min(_text.Length * 2, bound + Kept), held + length)];
        _text.AsSpan(_start, held).CopyTo(target);
        (_text, _start, _end) = (target, 0, held);
    }

    private void Wake()
    {
        var woken = _changed;
        _changed = New();
        woken.TrySetResult();
    }
}

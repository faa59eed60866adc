using System.Globalization;
using System.Text;
using Caisson.Core.Events;
using Caisson.Core.Guests;

namespace Caisson.Engine.Exec;

/// <summary>What of one process has been written to the timeline, however many views read it.</summary>
internal sealed class ProcessJournal(int pid, long outOfMemoryKills, ITimeline timeline, OutputBudget budget)
{
    private const int EntryBytes = 4 << 10;

    private readonly Lock _gate = new();
    private readonly Decoder?[] _decoders = new Decoder?[3];
    private long _written;
    private long _skipped;
    private bool _ended;

    /// <summary>The process's pid as seen inside.</summary>
    public int Pid => pid;

    /// <summary>How often the memory limit had struck when the process was started.</summary>
    public long OutOfMemoryKills => outOfMemoryKills;

    /// <summary>Whether what it writes is journaled, and not its start and end alone.</summary>
    public bool WithOutput { get; init; } = true;

    /// <summary>Journals what no other view has journaled yet.</summary>
    public void Output(ExecOutputEvent output)
    {
        if (!WithOutput)
            return;
        lock (_gate)
        {
            var known = (int)Math.Clamp(_written - output.Offset, 0, output.Data.Length);
            _written = Math.Max(_written, output.Offset + output.Data.Length);
            var fresh = output.Data.Span[known..];
            while (fresh.Length > 0 && !_ended)
            {
                var piece = fresh[..Math.Min(EntryBytes, fresh.Length)];
                fresh = fresh[piece.Length..];
                Write(output.Stream, piece);
            }
        }
    }

    /// <summary>Journals the end once.</summary>
    public void End(ExecExited exit)
    {
        lock (_gate)
        {
            if (_ended)
                return;
            _ended = true;
            NoteSkipped();
            if (exit.TimedOut)
                timeline.Append(new LimitReached("time", string.Create(CultureInfo.InvariantCulture, $"Process {pid} was killed by its timeout.")));
            if (exit.OutputDropped > 0)
                timeline.Append(new LimitReached("output", string.Create(CultureInfo.InvariantCulture, $"{exit.OutputDropped} bytes of output of process {pid} were dropped.")));
            timeline.Append(new ExecEnded(pid, exit.ExitCode, exit.Signal));
        }
    }

    private void Write(OutputStream stream, ReadOnlySpan<byte> bytes)
    {
        if (!budget.TryTake(bytes.Length))
        {
            _skipped += bytes.Length;
            _decoders[(int)stream]?.Reset();
            return;
        }

        NoteSkipped();
        // A character cut by the end of a piece is kept for the next one.
        var decoder = _decoders[(int)stream] ??= Encoding.UTF8.GetDecoder();
        Span<char> text = stackalloc char[EntryBytes + 4];
        var length = decoder.GetChars(bytes, text, flush: false);
        if (length > 0)
            timeline.Append(new ExecOutput(pid, NameOf(stream), new string(text[..length])));
    }

    private void NoteSkipped()
    {
        if (_skipped == 0)
            return;
        timeline.Append(new LimitReached("timeline", string.Create(CultureInfo.InvariantCulture, $"{_skipped} bytes of output of process {pid} are not in the timeline.")));
        _skipped = 0;
    }

    private static string NameOf(OutputStream stream) => stream switch
    {
        OutputStream.StandardOutput => "stdout",
        OutputStream.StandardError => "stderr",
        _ => "terminal",
    };
}

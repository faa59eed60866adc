using System.Text;

namespace Caisson.Engine.Templates.Builds;

/// <summary>Cuts the output of a step into lines of its log.</summary>
internal sealed class LogLines(BuildLog log, string step)
{
    private const int LastKept = 5;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _line = new();
    private readonly Queue<string> _last = new();
    private readonly char[] _characters = new char[8192];

    /// <summary>The last lines, for whoever tells why it failed.</summary>
    public string Last => string.Join('\n', _last);

    public void Add(ReadOnlySpan<byte> output)
    {
        while (output.Length > 0)
        {
            _decoder.Convert(output, _characters, flush: false, out var used, out var made, out _);
            output = output[used..];
            foreach (var c in _characters.AsSpan(0, made))
            {
                if (c == '\n')
                    End();
                else if (_line.Length < BuildLog.LongestLine && (c == '\t' || !char.IsControl(c) || c == '\u001b'))
                    _line.Append(c);
            }
        }
    }

    /// <summary>What came after the last line end is a line too.</summary>
    public void Complete()
    {
        if (_line.Length > 0)
            End();
    }

    private void End()
    {
        var line = _line.ToString();
        _line.Clear();
        log.Output(line, step);
        _last.Enqueue(line);
        if (_last.Count > LastKept)
            _last.Dequeue();
    }
}

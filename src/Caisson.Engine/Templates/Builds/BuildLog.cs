using System.Text.Json;

namespace Caisson.Engine.Templates.Builds;

/// <summary>The log of one build: its first lines up to a bound, in memory while it is written and in a file for ever after.</summary>
internal sealed class BuildLog(string path, TimeProvider time) : IDisposable
{
    /// <summary>How many characters of a line are kept.</summary>
    public const int LongestLine = 4096;

    private const int MostEntries = 10_000;
    private const long MostBytes = 4 << 20;

    // Kept for what the build itself has to say at its end.
    private const int Spare = 100;

    private readonly Lock _gate = new();
    private readonly List<BuildLogEntry> _entries = [];
    private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read);
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private int _left;
    private bool _ended;

    /// <summary>Completes when there is more to read, or the end.</summary>
    public Task More
    {
        get
        {
            lock (_gate)
                return _ended ? Task.CompletedTask : _more.Task;
        }
    }

    /// <summary>Adds a line of output, or counts it where there are too many.</summary>
    public void Output(string line, string step) => Add(BuildLogLevel.Info, line, step, MostEntries - Spare);

    /// <summary>Adds a line of the build's own.</summary>
    public void Say(string line, string? step = null, BuildLogLevel level = BuildLogLevel.Info) => Add(level, line, step, MostEntries);

    /// <summary>Entries after so many.</summary>
    public IReadOnlyList<BuildLogEntry> Read(int after, int limit)
    {
        lock (_gate)
            return [.. _entries.Skip(after).Take(limit)];
    }

    /// <summary>Entries of an ended build after so many; none where its file is gone.</summary>
    public static IReadOnlyList<BuildLogEntry> ReadFile(string path, int after, int limit)
    {
        if (!File.Exists(path))
            return [];
        var entries = new List<BuildLogEntry>();
        foreach (var line in File.ReadLines(path).Skip(after).Take(limit))
        {
            try
            {
                entries.Add(JsonSerializer.Deserialize(line, BuildLogJson.Default.BuildLogEntry)!);
            }
            catch (JsonException)
            {
                // The server died while it wrote it.
                break;
            }
        }

        return entries;
    }

    /// <summary>No more is added, and readers see the end.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_ended)
                return;
            if (_left > 0)
                Write(new BuildLogEntry(time.GetUtcNow(), BuildLogLevel.Warn, $"{_left} more lines of output were left out", null));
            _ended = true;
            _file.Dispose();
            _more.TrySetResult();
        }
    }

    private void Add(BuildLogLevel level, string line, string? step, int most)
    {
        var text = line.Length > LongestLine ? line[..LongestLine] : line;
        lock (_gate)
        {
            if (_ended)
                return;
            if (_entries.Count >= most || (_bytes > MostBytes && most < MostEntries))
                _left++;
            else
                Write(new BuildLogEntry(time.GetUtcNow(), level, text, step));
        }
    }

    private void Write(BuildLogEntry entry)
    {
        _entries.Add(entry);
        var line = JsonSerializer.SerializeToUtf8Bytes(entry, BuildLogJson.Default.BuildLogEntry);
        _bytes += line.Length;
        _file.Write(line);
        _file.Write("\n"u8);
        _file.Flush();
        var waiting = _more;
        _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.TrySetResult();
    }
}

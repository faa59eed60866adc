using System.Text.Json;
using Caisson.Core.Events;

namespace Caisson.Engine.Timeline;

/// <summary>One sandbox's timeline on disk: the current file and the one before it, each at most half of the bound.</summary>
internal sealed class TimelineFile(string directory, long maxBytes)
{
    private readonly Lock _gate = new();
    private readonly string _current = Path.Combine(directory, "timeline.ndjson");
    private readonly string _older = Path.Combine(directory, "timeline.1.ndjson");
    private bool _closed;
    private bool _checked;

    /// <summary>Entries that did not fit into the writer's queue since the last that did.</summary>
    public int Dropped;

    /// <summary>Adds whole lines; does nothing once closed, so that a removed directory stays removed.</summary>
    public void Append(ReadOnlySpan<byte> lines)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            using var file = Open();
            if (file.Length + lines.Length <= maxBytes / 2 || file.Length == 0)
            {
                file.Write(lines);
                return;
            }
        }

        Rotate(lines);
    }

    /// <summary>Stops writing for good; done when it returns.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
    }

    /// <summary>What was written before, oldest first; lines cut short by a crash are left out.</summary>
    public IEnumerable<SandboxEvent> Read()
    {
        foreach (var path in (string[])[_older, _current])
        {
            if (!File.Exists(path))
                continue;
            foreach (var line in File.ReadLines(path))
            {
                if (Parse(line) is { } entry)
                    yield return entry;
            }
        }
    }

    private static SandboxEvent? Parse(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize(line, TimelineJson.Default.SandboxEvent);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private void Rotate(ReadOnlySpan<byte> lines)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            File.Move(_current, _older, overwrite: true);
            using var file = Open();
            file.Write(lines);
        }
    }

    private FileStream Open()
    {
        var file = new FileStream(_current, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        EndTornLine(file);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    // A crash may have cut the last line; the next one must not be glued to it.
    private void EndTornLine(FileStream file)
    {
        if (_checked)
            return;
        _checked = true;
        if (file.Length == 0)
            return;
        file.Seek(-1, SeekOrigin.End);
        if (file.ReadByte() != '\n')
            file.Write("\n"u8);
    }
}

using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Caisson.Engine.Rollouts.Batches;

/// <summary>One rollout on disk: what was asked for, the results one a line, and a mark when it was canceled.</summary>
/// <remarks>Results are handed to the system as they come: they survive the end of this process, however it ends, and not a loss of power.</remarks>
internal sealed class RolloutFolder : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const int PageLines = 256;
    private const long PageBytes = 1 << 20;

    private readonly string _path;
    private readonly SafeFileHandle _results;
    private readonly List<(long Offset, int Length)> _lines = [];
    private long _end;

    private RolloutFolder(string path)
    {
        _path = path;
        _results = File.OpenHandle(Path.Combine(path, "results.ndjson"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
    }

    /// <summary>How many results there are.</summary>
    public int Count => _lines.Count;

    /// <summary>How many bytes they take.</summary>
    public long Bytes => _end;

    /// <summary>Whether it was canceled.</summary>
    public bool Canceled => File.Exists(Mark);

    private string Mark => Path.Combine(_path, "canceled");

    /// <summary>Writes a new rollout; it is there whole or not at all.</summary>
    public static RolloutFolder Create(string root, RolloutManifest manifest)
    {
        var path = Path.Combine(root, manifest.Id);
        var making = path + ".new";
        Directory.CreateDirectory(making, Private | UnixFileMode.UserExecute);
        try
        {
            using (var file = new FileStream(Path.Combine(making, "batch.json"), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private }))
                JsonSerializer.Serialize(file, manifest, RolloutJson.Default.RolloutManifest);
            Directory.Move(making, path);
            return new RolloutFolder(path);
        }
        catch
        {
            Directory.Delete(making, recursive: true);
            throw;
        }
    }

    /// <summary>Reads a rollout of an earlier server: what was asked for and, through <paramref name="found"/>, every whole result.</summary>
    public static (RolloutFolder Folder, RolloutManifest Manifest) Open(string path, Action<RolloutResult> found)
    {
        RolloutManifest manifest;
        using (var file = File.OpenRead(Path.Combine(path, "batch.json")))
            manifest = JsonSerializer.Deserialize(file, RolloutJson.Default.RolloutManifest) ?? throw new JsonException("the batch is empty");
        var folder = new RolloutFolder(path);
        folder.Index(found);
        return (folder, manifest);
    }

    /// <summary>Appends a result; calls must not overlap.</summary>
    public void Append(RolloutResult result)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(result, RolloutJson.Default.RolloutResult);
        Array.Resize(ref line, line.Length + 1);
        line[^1] = (byte)'\n';
        RandomAccess.Write(_results, line, _end);
        _lines.Add((_end, line.Length));
        _end += line.Length;
    }

    /// <summary>The places of results from a number (from 0) on, as many as are read at once; calls must not overlap those of <see cref="Append"/>.</summary>
    public IReadOnlyList<(long Offset, int Length)> Locate(int number)
    {
        var last = number;
        for (var bytes = 0L; last < _lines.Count && (last == number || (last - number < PageLines && bytes + _lines[last].Length <= PageBytes)); last++)
            bytes += _lines[last].Length;
        return number < last ? _lines[number..last] : [];
    }

    /// <summary>The results at places that follow one another. They were just written or are read in order: the page cache has them.</summary>
    public List<RolloutResult> Read(IReadOnlyList<(long Offset, int Length)> places)
    {
        if (places.Count == 0)
            return [];
        var bytes = new byte[places[^1].Offset + places[^1].Length - places[0].Offset];
        for (var read = 0; read < bytes.Length;)
        {
            var count = RandomAccess.Read(_results, bytes.AsSpan(read), places[0].Offset + read);
            read += count > 0 ? count : throw new EndOfStreamException("a result is cut short on disk");
        }

        return [.. places.Select(place => JsonSerializer.Deserialize(bytes.AsSpan((int)(place.Offset - places[0].Offset), place.Length), RolloutJson.Default.RolloutResult)!)];
    }

    /// <summary>Marks it as canceled.</summary>
    public void Cancel() => File.WriteAllBytes(Mark, []);

    /// <summary>Removes all of it.</summary>
    public void Remove()
    {
        Dispose();
        Directory.Delete(_path, recursive: true);
    }

    public void Dispose() => _results.Dispose();

    // A line that was cut by the end of the process before is written over; its execution counts as unfinished.
    private void Index(Action<RolloutResult> found)
    {
        using var file = File.OpenRead(Path.Combine(_path, "results.ndjson"));
        using var buffered = new BufferedStream(file, 1 << 20);
        using var line = new MemoryStream();
        for (var next = buffered.ReadByte(); next >= 0; next = buffered.ReadByte())
        {
            line.WriteByte((byte)next);
            if (next != '\n')
                continue;
            try
            {
                found(JsonSerializer.Deserialize(line.GetBuffer().AsSpan(0, (int)line.Length), RolloutJson.Default.RolloutResult)!);
            }
            catch (JsonException)
            {
                break;
            }

            _lines.Add((_end, (int)line.Length));
            _end += line.Length;
            line.SetLength(0);
        }

        RandomAccess.SetLength(_results, _end);
    }
}

using System.Text.Json;
using Caisson.Core.Failures;

namespace Caisson.Cli.Rollouts;

/// <summary>The file of results, one JSON object a line, which a run that broke off is resumed from.</summary>
/// <remarks>While a run is unfinished a file of the same name and <c>.run</c> keeps its random name, by which the server knows the rollouts of that run again.</remarks>
internal sealed class OutputFile : IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly string _mark;
    private readonly SemaphoreSlim _writing = new(1, 1);

    private OutputFile(FileStream file, string mark, string run, HashSet<int> done) => (_file, _mark, Run, Done) = (file, mark, run, done);

    /// <summary>The run's random name.</summary>
    public string Run { get; }

    /// <summary>The lines of the input that have a result.</summary>
    public HashSet<int> Done { get; }

    /// <summary>Opens the file, keeping every whole line that is there.</summary>
    public static async Task<OutputFile> OpenAsync(string path, CancellationToken cancellation)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 64 << 10, useAsync: true);
        try
        {
            var done = await ReadAsync(file, path, cancellation);
            var mark = path + ".run";
            if (!File.Exists(mark))
                await File.WriteAllTextAsync(mark, Guid.NewGuid().ToString("N"), cancellation);
            return new OutputFile(file, mark, (await File.ReadAllTextAsync(mark, cancellation)).Trim(), done);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a result, unless its line has one.</summary>
    public async Task<bool> AddAsync(OutputLine line, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            if (!Done.Add(line.Line))
                return false;
            var bytes = JsonSerializer.SerializeToUtf8Bytes(line, RolloutFileJson.Default.OutputLine);
            Array.Resize(ref bytes, bytes.Length + 1);
            bytes[^1] = (byte)'\n';
            await _file.WriteAsync(bytes, CancellationToken.None);
            await _file.FlushAsync(CancellationToken.None);
            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Says that every result is there.</summary>
    public void Complete() => File.Delete(_mark);

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _writing.Dispose();
    }

    private static async Task<HashSet<int>> ReadAsync(FileStream file, string path, CancellationToken cancellation)
    {
        var done = new HashSet<int>();
        var whole = 0L;
        using var reader = new StreamReader(file, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellation) is { } text)
        {
            var next = whole + System.Text.Encoding.UTF8.GetByteCount(text) + 1;
            // The last line of a run that was ended while it wrote.
            if (next > file.Length)
                break;
            try
            {
                done.Add(JsonSerializer.Deserialize(text, RolloutFileJson.Default.OutputLine)!.Line);
            }
            catch (JsonException)
            {
                throw new CaissonException(ErrorCode.InvalidArgument, $"{path} holds something else than results.", "Name another file, or remove it.");
            }

            whole = next;
        }

        file.SetLength(whole);
        file.Seek(whole, SeekOrigin.Begin);
        return done;
    }
}

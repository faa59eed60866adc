using System.Text;
using System.Text.Json;
using Caisson.Client;
using Caisson.Core.Failures;

namespace Caisson.Cli.Rollouts;

/// <summary>The file of tasks, one JSON object a line, in pieces that are the same every time it is read.</summary>
internal static class InputFile
{
    private const int PieceLines = 500;
    private const long PieceBytes = 8 << 20;

    /// <summary>How many tasks there are; the first line that is none is refused before anything runs.</summary>
    public static async Task<int> CountAsync(string path, CancellationToken cancellation)
    {
        var count = 0;
        await foreach (var piece in ReadAsync(path, cancellation))
            count += piece.Tasks.Count;
        return count;
    }

    /// <summary>The pieces in order.</summary>
    public static async IAsyncEnumerable<InputPiece> ReadAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var tasks = new List<(int, RolloutTask)>();
        var bytes = 0L;
        var (number, piece) = (0, 0);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            tasks.Add((number, Task(line, number)));
            bytes += line.Length;
            if (tasks.Count < PieceLines && bytes < PieceBytes)
                continue;
            yield return new InputPiece(piece++, tasks);
            (tasks, bytes) = ([], 0);
        }

        if (tasks.Count > 0)
            yield return new InputPiece(piece, tasks);
    }

    private static RolloutTask Task(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, RolloutFileJson.Default.RolloutTask) ?? throw new JsonException("null");
        }
        catch (JsonException wrong)
        {
            throw new CaissonException(ErrorCode.InvalidArgument, $"Line {number} of the file is no task: {wrong.Message}", "Each line is one JSON object with language and code, or command.");
        }
    }
}

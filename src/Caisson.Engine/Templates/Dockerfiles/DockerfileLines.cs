using System.Text;
using Caisson.Core.Failures;

namespace Caisson.Engine.Templates.Dockerfiles;

/// <summary>Cuts a Dockerfile into instructions.</summary>
internal static class DockerfileLines
{
    private const int Longest = 1 << 20;

    public static IEnumerable<DockerfileLine> Read(string text)
    {
        if (text.Length > Longest || text.Contains('\0', StringComparison.Ordinal))
            throw new CaissonException(ErrorCode.InvalidArgument, "a Dockerfile is text of at most 1 MiB");
        var joined = new StringBuilder();
        var (number, began) = (0, 0);
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r');
            // Comments and empty lines between the parts of an instruction are none of it.
            if (line.TrimStart().StartsWith('#') || (joined.Length > 0 && line.AsSpan().IsWhiteSpace()))
                continue;
            if (joined.Length == 0)
                began = number;
            var end = line.TrimEnd();
            if (end.EndsWith('\\'))
            {
                joined.Append(end.AsSpan(0, end.Length - 1));
                continue;
            }

            joined.Append(line);
            if (!joined.ToString().AsSpan().IsWhiteSpace())
                yield return Instruction(began, joined.ToString().Trim());
            joined.Clear();
        }

        if (!joined.ToString().AsSpan().IsWhiteSpace())
            yield return Instruction(began, joined.ToString().Trim());
    }

    private static DockerfileLine Instruction(int number, string text)
    {
        var space = text.AsSpan().IndexOfAny(' ', '\t');
        return space < 0 ? new DockerfileLine(number, text.ToUpperInvariant(), "") : new DockerfileLine(number, text[..space].ToUpperInvariant(), text[space..].Trim());
    }
}

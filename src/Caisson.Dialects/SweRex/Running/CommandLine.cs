using System.Text.Json;
using Caisson.Core.Guests;
using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Wire;

namespace Caisson.Dialects.SweRex.Running;

/// <summary>The words of a command: the program, then its arguments.</summary>
/// <param name="Words">The words.</param>
/// <param name="Program">What is not found where there is no such program.</param>
/// <param name="Shown">The command as messages show it.</param>
internal sealed record CommandLine(IReadOnlyList<string> Words, string Program, string Shown)
{
    private const int MostWords = 4096;
    private const int NotFoundCode = 127;

    // Nothing else speaks under this name.
    private const string Wrapper = "caisson-execute";

    /// <summary>The command of a request: a text or a list; a shell is given the text, and the rest of the list as its parameters.</summary>
    public static CommandLine Read(CommandRequest request)
    {
        var (words, shown) = request.Command.ValueKind switch
        {
            JsonValueKind.String => Split(RequestBody.Text(request.Command, "command")),
            JsonValueKind.Array when request.Command.EnumerateArray().All(word => word.ValueKind == JsonValueKind.String) => Split([.. request.Command.EnumerateArray().Select(word => RequestBody.Text(word, "command"))]),
            _ => throw RefusedException.Invalid("command", "Input should be a valid string or a list of strings", "string_type"),
        };
        if (words.Count > MostWords)
            throw RefusedException.Invalid("command", $"At most {MostWords} words");
        if (request.Env?.Values.Any(value => value is null) == true)
            throw RefusedException.Invalid("env", "Input should be a valid dictionary of strings", "dict_type");
        if (words.Concat(request.Env?.SelectMany(pair => (string[])[pair.Key, pair.Value]) ?? []).Any(word => word.Contains('\0', StringComparison.Ordinal)))
            throw RaisedFailure.Builtin("ValueError", "embedded null byte");
        if (request.Env?.Keys.Any(name => name.Length == 0 || name.Contains('=', StringComparison.Ordinal)) == true)
            throw RaisedFailure.Builtin("ValueError", "illegal environment variable name");
        if (words.Count == 0)
            throw RaisedFailure.Builtin("IndexError", "list index out of range");
        if (request.Shell)
            return new CommandLine(["/bin/sh", "-c", .. words], "/bin/sh", shown);
        return words[0].Length > 0 ? new CommandLine(words, words[0], shown) : throw RaisedFailure.Builtin("FileNotFoundError", "[Errno 2] No such file or directory: ''");
    }

    /// <summary>What is started for it: the command itself, or a shell that becomes it where its streams are one or its environment is not the sandbox's.</summary>
    public ExecRequest For(CommandRequest request)
    {
        if (request is { Env: null, MergeOutputStreams: false })
            return new ExecRequest { Command = Words[0], Arguments = [.. Words.Skip(1)] };
        string[] environment = request.Env is { } all ? ["/usr/bin/env", "-i", .. all.Select(pair => $"{pair.Key}={pair.Value}")] : [];
        return new ExecRequest
        {
            Command = "/bin/sh",
            Arguments = ["-c", request.MergeOutputStreams ? "exec \"$@\" 2>&1" : "exec \"$@\"", Wrapper, .. environment, .. Words],
        };
    }

    /// <summary>Whether the one that was to become it found no such program.</summary>
    public bool WasNotFound(Collected result) => result.ReturnCode == NotFoundCode && Words[0] != "/bin/sh"
        && ((string[])[result.Output, result.Error]).Any(text => text.StartsWith(Wrapper + ": ", StringComparison.Ordinal) || text.StartsWith("/usr/bin/env: ", StringComparison.Ordinal));

    private static (IReadOnlyList<string> Words, string Shown) Split(string text) => ([text], PythonText.Quote(text));

    private static (IReadOnlyList<string> Words, string Shown) Split(IReadOnlyList<string> words) => (words, PythonText.Quote(words));
}

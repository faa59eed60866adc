using System.Text.Json;
using System.Text.RegularExpressions;
using Caisson.Core.Failures;
using Caisson.Engine.Templates.Builds;
using Caisson.Engine.Templates.Starting;

namespace Caisson.Engine.Templates.Dockerfiles;

/// <summary>A Dockerfile as steps of a build: FROM, RUN, COPY and ADD of local files, ENV, ARG, WORKDIR, USER, CMD and ENTRYPOINT; EXPOSE and LABEL have no effect.</summary>
/// <remarks>Anything else is refused, naming its line: what is left out in silence is found out much later.</remarks>
public sealed partial class Dockerfile
{
    private static readonly string[] _archives = [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst"];

    private readonly Dictionary<string, string> _arguments = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> _given;
    private readonly string? _files;
    private readonly List<TemplateStep> _steps = [];
    private string? _from;
    private string? _entry;
    private bool _entryIsShell;
    private string? _command;
    private bool _commandIsShell;

    private Dockerfile(string? files, IReadOnlyDictionary<string, string> given) => (_files, _given) = (files, given);

    /// <summary>Reads one.</summary>
    /// <param name="text">The Dockerfile.</param>
    /// <param name="files">The hash by which its context was uploaded, or null where it has none.</param>
    /// <param name="arguments">Values for its ARG instructions.</param>
    public static TemplateRecipe Read(string text, string? files, IReadOnlyDictionary<string, string> arguments)
    {
        var file = new Dockerfile(files, arguments);
        foreach (var line in DockerfileLines.Read(text))
            file.Take(line);
        return new TemplateRecipe
        {
            From = file._from ?? throw new CaissonException(ErrorCode.InvalidArgument, "the Dockerfile has no FROM"),
            Steps = file._steps,
            StartCommand = file.StartCommand(),
            // As in an image that names no user and no directory.
            StepUser = "root",
            StepDirectory = "/",
        };
    }

    private void Take(DockerfileLine line)
    {
        if (_from is null && line.Keyword is not ("FROM" or "ARG"))
            throw Bad(line, "comes before FROM");
        switch (line.Keyword)
        {
            case "FROM":
                From(line);
                break;
            case "RUN":
                Run(line);
                break;
            case "COPY" or "ADD":
                Copy(line);
                break;
            case "ENV":
                _steps.Add(new EnvironmentStep(Pairs(line)));
                foreach (var (name, _) in Pairs(line))
                    _arguments.Remove(name);
                break;
            case "ARG":
                Argument(line);
                break;
            case "WORKDIR":
                _steps.Add(new DirectoryStep(One(line)));
                break;
            case "USER":
                _steps.Add(new UserStep(User(line, One(line))));
                break;
            case "CMD":
                (_command, _commandIsShell) = Command(line);
                break;
            case "ENTRYPOINT":
                (_entry, _entryIsShell) = Command(line);
                break;
            case "EXPOSE" or "LABEL":
                break;
            default:
                throw Bad(line, "is not supported", "Supported are FROM, RUN, COPY, ADD, ENV, ARG, WORKDIR, USER, CMD, ENTRYPOINT, EXPOSE and LABEL.");
        }
    }

    private void From(DockerfileLine line)
    {
        if (_from is not null)
            throw Bad(line, "begins a second stage, and builds of several stages are not supported", "Build the stages as templates of their own, and name the first in the second's FROM.");
        var words = line.Rest.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words is not ([_] or [_, _, _]) || words[0].StartsWith("--", StringComparison.Ordinal) || (words.Length == 3 && !words[1].Equals("AS", StringComparison.OrdinalIgnoreCase)))
            throw Bad(line, "takes one template or image, and no flags");
        _from = Expand(words[0]);
    }

    private void Run(DockerfileLine line)
    {
        if (line.Rest.StartsWith("--", StringComparison.Ordinal))
            throw Bad(line, "takes no flags here");
        if (line.Rest.StartsWith("<<", StringComparison.Ordinal))
            throw Bad(line, "takes no here-documents here", "Copy a script and run it.");
        var arguments = Json(line) ?? [line.Rest];
        if (arguments is [] or [""])
            throw Bad(line, "has no command");
        _steps.Add(new RunStep(arguments, IsShell: Json(line) is null) { Variables = new Dictionary<string, string>(_arguments, StringComparer.Ordinal) });
    }

    private void Copy(DockerfileLine line)
    {
        var (user, mode) = ("root", (string?)null);
        var rest = line.Rest;
        while (rest.StartsWith("--", StringComparison.Ordinal))
        {
            var flag = rest.Split([' ', '\t'], 2) is [var first, ..] ? first : rest;
            rest = rest[flag.Length..].TrimStart();
            switch (flag.Split('=', 2))
            {
                case ["--chown", var owner]:
                    user = User(line, Expand(owner));
                    break;
                case ["--chmod", var bits]:
                    mode = bits;
                    break;
                case ["--link"]:
                    break;
                default:
                    throw Bad(line, $"does not take {flag.Split('=')[0]} here");
            }
        }

        var words = (Json(line with { Rest = rest }) ?? ShellWords.Split(rest)).Select(Expand).ToList();
        if (words.Count < 2)
            throw Bad(line, "takes sources and a destination");
        var files = _files ?? throw Bad(line, "copies files, and no context was given", "Name the directory that they are in.");
        var destination = words.Count > 2 && !words[^1].EndsWith('/') ? words[^1] + "/" : words[^1];
        foreach (var source in words[..^1])
        {
            if (source.StartsWith("<<", StringComparison.Ordinal))
                throw Bad(line, "takes no here-documents here", "Put the text into a file.");
            if (line.Keyword == "ADD" && source.Contains("://", StringComparison.Ordinal))
                throw Bad(line, "adds local files only", "Fetch it in a RUN step.");
            if (line.Keyword == "ADD" && _archives.Any(end => source.EndsWith(end, StringComparison.OrdinalIgnoreCase)))
                throw Bad(line, "does not unpack archives here", "COPY it and unpack it in a RUN step.");
            _steps.Add(new CopyStep(source.TrimStart('/') is { Length: > 0 } inside ? inside : ".", destination, files, user, mode));
        }
    }

    private void Argument(DockerfileLine line)
    {
        foreach (var word in ShellWords.Split(line.Rest))
        {
            var (name, value) = word.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (word[..at], Expand(word[(at + 1)..])) : (word, null);
            if ((_given.GetValueOrDefault(name) ?? value) is { } known)
                _arguments[name] = known;
        }
    }

    private List<KeyValuePair<string, string>> Pairs(DockerfileLine line)
    {
        var words = ShellWords.Split(line.Rest);
        if (words.Count >= 2 && !words[0].Contains('=', StringComparison.Ordinal))
            return [KeyValuePair.Create(words[0], Expand(line.Rest[(line.Rest.IndexOf(words[0], StringComparison.Ordinal) + words[0].Length)..].Trim()))];
        if (words.Count == 0 || words.Any(word => word.IndexOf('=', StringComparison.Ordinal) <= 0))
            throw Bad(line, "takes NAME=VALUE");
        return [.. words.Select(word => word.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], Expand(pair[1])))];
    }

    private string One(DockerfileLine line) => ShellWords.Split(line.Rest) is [var word] ? Expand(word) : throw Bad(line, "takes one word");

    private static string User(DockerfileLine line, string text)
    {
        var parts = text.Split(':', 2);
        if (parts[0].Length == 0 || (parts[0].All(char.IsAsciiDigit) && parts[0] != "0"))
            throw Bad(line, $"names the user '{text}' by number", "Name a user of the template.");
        var name = parts[0] == "0" ? "root" : parts[0];
        return parts.Length == 1 || parts[1] == parts[0] || (name == "root" && parts[1] is "root" or "0") ? name : throw Bad(line, $"names a group in '{text}', and a user has his own", "Name the user alone.");
    }

    private static (string Text, bool IsShell) Command(DockerfileLine line) =>
        Json(line) is { } words ? (string.Join(' ', words.Select(Shell.Quote)), false) : (line.Rest, true);

    private string? StartCommand()
    {
        if (_entry is not { Length: > 0 })
            return _command is { Length: > 0 } ? _commandIsShell ? _command : $"exec {_command}" : null;
        // Docker's rule: a shell's entry point takes no arguments.
        if (_entryIsShell || _command is not { Length: > 0 })
            return _entryIsShell ? _entry : $"exec {_entry}";
        return _commandIsShell ? $"exec {_entry} /bin/sh -c {Shell.Quote(_command)}" : $"exec {_entry} {_command}";
    }

    // Only what ARG set: what ENV set is known to the build.
    private string Expand(string text) => Variable().Replace(text, match =>
        _arguments.ContainsKey(match.Groups["braced"].Success ? match.Groups["braced"].Value : match.Groups["plain"].Value)
            ? VariableExpansion.Expand(match.Value, _arguments).Replace("$", "\\$", StringComparison.Ordinal)
            : match.Value);

    private static List<string>? Json(DockerfileLine line)
    {
        if (!line.Rest.StartsWith('['))
            return null;
        try
        {
            using var document = JsonDocument.Parse(line.Rest);
            return [.. document.RootElement.EnumerateArray().Select(item => item.GetString() ?? throw new JsonException())];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // As Docker has it: what is no list of strings is for the shell.
            return null;
        }
    }

    private static CaissonException Bad(DockerfileLine line, string what, string? remedy = null) =>
        new(ErrorCode.InvalidArgument, $"line {line.Number}: {line.Keyword} {what}", remedy);

    [GeneratedRegex(@"(?<!\\)\$(?:\{(?<braced>[A-Za-z_][A-Za-z0-9_]*)(?::[-+][^}]*)?\}|(?<plain>[A-Za-z_][A-Za-z0-9_]*))", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Variable();
}

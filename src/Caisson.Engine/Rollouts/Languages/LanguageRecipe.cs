using System.Text;
using System.Text.RegularExpressions;
using Caisson.Core.Failures;

namespace Caisson.Engine.Rollouts.Languages;

/// <summary>How code of one language is compiled and run: data alone. <c>{name}</c> stands for the name found by <see cref="NamePattern"/>.</summary>
public sealed record LanguageRecipe
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>The language's name.</summary>
    public required string Language { get; init; }

    /// <summary>The file that the code is put into.</summary>
    public required string File { get; init; }

    /// <summary>The program that compiles it and its arguments; empty where there is nothing to compile.</summary>
    public IReadOnlyList<string> Compile { get; init; } = [];

    /// <summary>The program that runs it and its arguments.</summary>
    public required IReadOnlyList<string> Run { get; init; }

    /// <summary>Absolute paths without which neither can work, looked for beforehand; the programs themselves need not be listed.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>Files laid beside the code.</summary>
    public IReadOnlyDictionary<string, string> Beside { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Variables of both steps.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A regular expression whose group <c>name</c> is what <c>{name}</c> stands for, or null.</summary>
    public string? NamePattern { get; init; }

    /// <summary>What <c>{name}</c> stands for where the pattern matches nothing; null refuses such code.</summary>
    public string? DefaultName { get; init; }

    /// <summary>What is refused code told; only with a pattern and no default.</summary>
    public string? NameMissing { get; init; }

    /// <summary>What the code must begin with and is given where it does not, or null.</summary>
    public string? Opening { get; init; }

    /// <summary>Why the language is not to be had behind any template of this server, naming what is missing; or null.</summary>
    public string? Refusal { get; init; }

    /// <summary>Fills in an execution: the files and steps of this language are added to what it has.</summary>
    public RolloutExecution Apply(RolloutExecution execution, string code, LanguageLimits limits)
    {
        if (Refusal is not null)
            throw new CaissonException(ErrorCode.Unsupported, $"'{Language}' cannot be run here: {Refusal}");
        var name = NameIn(code);
        if (Opening is not null && !code.Contains(Opening, StringComparison.Ordinal))
            code = $"{Opening}\n{code}";
        var files = Beside.Select(file => new RolloutFile(file.Key, Encoding.UTF8.GetBytes(file.Value)))
            .Append(new RolloutFile(Filled(File, name), Encoding.UTF8.GetBytes(code)));
        var environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal);
        foreach (var (key, value) in execution.Spec.Environment)
            environment[key] = value;
        return execution with
        {
            Spec = execution.Spec with { Environment = environment },
            Files = [.. execution.Files, .. files],
            Needs = [.. execution.Needs, .. Needs],
            Steps = [.. Steps(name, limits)],
        };
    }

    private IEnumerable<RolloutStep> Steps(string name, LanguageLimits limits)
    {
        if (Compile.Count > 0)
            yield return Step(LanguageSteps.Compile, Compile, name, limits) with { Timeout = limits.Compile };
        yield return Step(LanguageSteps.Run, Run, name, limits) with { Timeout = limits.Run, Stdin = limits.Stdin };
    }

    private static RolloutStep Step(string step, IReadOnlyList<string> command, string name, LanguageLimits limits) => new()
    {
        Name = step,
        Command = Filled(command[0], name),
        Arguments = [.. command.Skip(1).Select(argument => Filled(argument, name))],
        IsToolchain = !command[0].StartsWith("./", StringComparison.Ordinal),
        OutputLimit = limits.Output,
        EndAtOutputLimit = limits.EndAtOutputLimit,
    };

    private string NameIn(string code)
    {
        if (NamePattern is null)
            return DefaultName ?? "main";
        var match = Regex.Match(code, NamePattern, RegexOptions.CultureInvariant, _patience);
        return match.Success ? match.Groups["name"].Value : DefaultName ?? throw new CaissonException(ErrorCode.InvalidArgument, NameMissing ?? "the code names nothing to run");
    }

    private static string Filled(string text, string name) => text.Replace("{name}", name, StringComparison.Ordinal);
}

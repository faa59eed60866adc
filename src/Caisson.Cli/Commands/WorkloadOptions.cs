using System.CommandLine;
using System.Text.Json;
using Caisson.Core.Advice;
using Caisson.Core.Failures;

namespace Caisson.Cli.Commands;

/// <summary>The options that describe a workload; each goes over what a file says.</summary>
internal sealed class WorkloadOptions
{
    private readonly Option<string?> _file = new("--workload") { Description = "A JSON file with any of these properties; options go over it." };
    private readonly Option<string?> _trust = One<Trust>("--trust", "Who wrote the code");
    private readonly Option<string?> _tenancy = One<Tenancy>("--tenancy", "Who shares the host");
    private readonly Option<string?> _place = One<Place>("--place", "Where it runs");
    private readonly Option<string?> _code = One<Code>("--code", "What is run");
    private readonly Option<string[]> _need = new("--need") { Description = $"What it must find inside: {Names<Need>()}. May be repeated." };
    private readonly Option<string?> _network = One<NetworkUse>("--network", "Where connections go");
    private readonly Option<string[]> _host = new("--host") { Description = "A destination of the allowlist. May be repeated." };
    private readonly Option<string?> _secrets = One<SecretUse>("--secrets", "What it authenticates with");
    private readonly Option<string?> _life = One<Life>("--life", "How long one sandbox lives");
    private readonly Option<string?> _state = One<StateKept>("--state", "What must outlive a pause");
    private readonly Option<bool?> _fork = new("--fork") { Description = "Running sandboxes are copied." };
    private readonly Option<int?> _parallel = new("--parallel") { Description = "How many live at once." };
    private readonly Option<int?> _startMs = new("--start-ms") { Description = "How long a start may take, in milliseconds." };
    private readonly Option<string?> _goal = One<Goal>("--goal", "What matters most");
    private readonly Option<string?> _hostFiles = One<HostFileUse>("--host-files", "How it gets at files of the host");

    public IEnumerable<Option> All =>
        [_file, _trust, _tenancy, _place, _code, _need, _network, _host, _secrets, _life, _state, _fork, _parallel, _startMs, _goal, _hostFiles];

    /// <summary>The workload that a command line describes.</summary>
    public Workload Read(ParseResult parsed)
    {
        var work = parsed.GetValue(_file) is { } file ? WorkloadFile.Read(file) : new Workload();
        work.Trust = Value(parsed, _trust, work.Trust);
        work.Tenancy = Value(parsed, _tenancy, work.Tenancy);
        work.Place = Value(parsed, _place, work.Place);
        work.Code = Value(parsed, _code, work.Code);
        work.Network = Value(parsed, _network, work.Network);
        work.Secrets = Value(parsed, _secrets, work.Secrets);
        work.Life = Value(parsed, _life, work.Life);
        work.State = Value(parsed, _state, work.State);
        work.Goal = Value(parsed, _goal, work.Goal);
        work.HostFiles = Value(parsed, _hostFiles, work.HostFiles);
        work.Fork = parsed.GetValue(_fork) ?? work.Fork;
        work.Parallel = parsed.GetValue(_parallel) ?? work.Parallel;
        work.StartMs = parsed.GetValue(_startMs) ?? work.StartMs;
        if (parsed.GetValue(_need) is { Length: > 0 } needs)
            work.Needs = [.. needs.Select(need => Parse<Need>(_need.Name, need))];
        if (parsed.GetValue(_host) is { Length: > 0 } hosts)
            work.Hosts = [.. hosts];
        return work.Checked();
    }

    private static Option<string?> One<T>(string name, string description)
        where T : struct, Enum => new(name) { Description = $"{description}: {Names<T>()}." };

    private static T Value<T>(ParseResult parsed, Option<string?> option, T otherwise)
        where T : struct, Enum => parsed.GetValue(option) is { } text ? Parse<T>(option.Name, text) : otherwise;

    // Written as in JSON (thirdParty) or as people write options (third-party).
    private static T Parse<T>(string option, string text)
        where T : struct, Enum => Enum.TryParse<T>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var value) && Enum.IsDefined(value) && char.IsAsciiLetter(text[0])
        ? value
        : throw new CaissonException(ErrorCode.InvalidArgument, $"{option}: there is no '{text}'.", $"One of {Names<T>()}.");

    private static string Names<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(name => JsonNamingPolicy.KebabCaseLower.ConvertName(name)));
}

using Caisson.Core.Failures;
using Caisson.Core.Policy;
using Caisson.Core.Sandboxes;
using Caisson.Settings;
using Caisson.Settings.Arguments;
using Caisson.Settings.Protection;

namespace Caisson.Cli.Run;

/// <summary>Turns the command line and a settings file into what will be done.</summary>
internal static class RunPlanner
{
    private const long DefaultMemory = 2L << 30;
    private const int DefaultPids = 512;
    private static readonly string[] _passedOn = ["TERM", "LANG", "LC_ALL", "COLORTERM", "NO_COLOR", "CI"];
    private static readonly string[] _neverShown = ["/", "/etc", "/proc", "/sys", "/dev", "/usr", "/bin", "/lib", "/lib64", "/sbin", "/boot", "/run", "/var"];
    private static readonly string[] _neverShownBelow = ["/etc", "/proc", "/sys", "/boot"];

    public static async Task<RunPlan> PlanAsync(RunOptions options, string directory, CancellationToken cancellation)
    {
        if (options.Command is [['-', ..], ..])
            throw new CaissonException(ErrorCode.InvalidArgument, $"there is no option '{options.Command[0]}'", "see 'caisson run --help'; write -- before the command");
        var home = Environment.GetEnvironmentVariable("HOME") ?? "/root";
        var profile = options.Settings is { } file ? await RunSettings.LoadAsync(file, new SettingsContext(directory, home, Variables()), cancellation) : null;
        if (profile is { NestedUserNamespaces: true })
            throw new CaissonException(ErrorCode.Unsupported, "allowNestedUserNamespaces: no sandbox of this wall can make user namespaces of its own", "remove the setting");
        var notices = new List<string>(profile?.Notices ?? []);
        var mounts = new List<Mount>();
        foreach (var path in options.ReadOnly.Select(text => WorkspaceMount.Parse(text, directory)))
            mounts.Add(new Mount(Existing(path.HostDirectory), path.Inside, ReadOnly: true));
        foreach (var rule in profile?.ReadRules.Where(r => !r.Hidden && Path.Exists(r.Path)) ?? [])
            mounts.Add(new Mount(rule.Path, rule.Path, ReadOnly: true) { Hidden = HiddenBelow(rule.Path, profile) });
        foreach (var path in Writable(options, profile, directory))
            mounts.Add(Writable(path, profile, home, notices, cancellation));
        var workspace = mounts.FindLast(m => !m.ReadOnly)?.Target;
        // What lies deeper is mounted later: it would be covered otherwise.
        mounts = [.. mounts.OrderBy(m => m.Target.Count(c => c == '/'))];

        var spec = new SandboxSpec
        {
            Wall = options.Wall,
            Mounts = mounts,
            Environment = EnvironmentOf(options.Environment, profile),
            Egress = EgressOf(options, profile),
            Resources = new Resources
            {
                MemoryBytes = options.Memory is { } memory ? ByteSize.Parse(memory) : DefaultMemory,
                Pids = AboveZero("--pids", options.Pids) ?? DefaultPids,
                Cpus = AboveZero("--cpus", options.Cpus) ?? Environment.ProcessorCount,
                DiskBytes = options.Disk is { } disk ? ByteSize.Parse(disk) : new Resources().DiskBytes,
                OutputBytes = options.Output is { } output ? ByteSize.Parse(output) : new Resources().OutputBytes,
            },
        };
        var start = mounts.Exists(m => IsBelow(directory, m.Target)) ? directory : workspace ?? "/home/user";
        var timeout = options.Timeout is { } limit ? Durations.Parse(limit) : (TimeSpan?)null;
        return new RunPlan(spec, options.Command, start, timeout, options.Dns is { } dns ? Dns(dns) : null, notices);
    }

    private static List<WorkspaceMount> Writable(RunOptions options, RunProfile? profile, string directory)
    {
        var paths = options.Workspaces.Select(text => WorkspaceMount.Parse(text, directory)).ToList();
        if (profile is not null)
            paths.AddRange(profile.Writable.Where(Path.Exists).Select(p => new WorkspaceMount(p, p)));
        if (paths.Count == 0 && profile is null)
            paths.Add(new WorkspaceMount(directory, directory));
        return paths;
    }

    private static Mount Writable(WorkspaceMount path, RunProfile? profile, string home, List<string> notices, CancellationToken cancellation)
    {
        var source = Existing(path.HostDirectory);
        if (_neverShown.Contains(source, StringComparer.Ordinal) || _neverShownBelow.Any(system => IsBelow(source, system)))
        {
            throw new CaissonException(
                ErrorCode.InvalidArgument, $"{source} belongs to the system and is not made writable", "change to a directory of your own, or name one with --workspace");
        }

        if (!Directory.Exists(source))
            return new Mount(source, path.Inside, ReadOnly: false);
        IEnumerable<string> hidden = HiddenBelow(source, profile);
        if (IsBelow(home, source))
            hidden = hidden.Concat(SensitiveNames.Below(home).Select(p => Path.GetRelativePath(source, Path.Combine(home, p))));
        var written = (profile?.ReadOnly ?? []).Where(p => IsBelow(p, source) && p.Length > source.Length)
            .Select(p => new ProtectedPath(Path.GetRelativePath(source, p), Directory.Exists(p), Path.Exists(p)));
        var options = new ProtectionOptions { AllowGitConfig = profile?.AllowGitConfig ?? false, Depth = profile?.ProtectionDepth ?? 3 };
        var search = ProtectedPaths.Find(source, options, TimeProvider.System, cancellation);
        if (!search.Complete)
            notices.Add($"{source} is too large to be searched to the end: start-up files deep inside it are not all protected");
        return new Mount(source, path.Inside, ReadOnly: false)
        {
            Protected = [.. search.Paths.Concat(written).DistinctBy(p => p.RelativePath, StringComparer.Ordinal)],
            Hidden = [.. hidden.Distinct(StringComparer.Ordinal)],
        };
    }

    private static List<string> HiddenBelow(string root, RunProfile? profile) =>
        [.. (profile?.Hidden ?? []).Where(p => IsBelow(p, root) && p.Length > root.Length).Select(p => Path.GetRelativePath(root, p))];

    private static Dictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);

    private static System.Net.IPEndPoint Dns(string text)
    {
        var endpoint = DnsEndpoint.Parse(text);
        return new System.Net.IPEndPoint(endpoint.Address, endpoint.Port);
    }

    private static Dictionary<string, string> EnvironmentOf(IReadOnlyList<string> asked, RunProfile? profile)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = "/home/user", ["CAISSON"] = "1", ["TMPDIR"] = "/tmp" };
        foreach (var name in _passedOn)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                result[name] = value;
        }

        foreach (var name in profile?.UnsetEnvironment ?? [])
            result.Remove(name);

        foreach (var (name, value) in profile?.Environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            result[name] = value;
        foreach (var text in asked)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals == 0)
                throw new CaissonException(ErrorCode.InvalidArgument, $"--env '{text}' has no name", "write KEY=VALUE");
            if (equals > 0)
                result[text[..equals]] = text[(equals + 1)..];
            else if (Environment.GetEnvironmentVariable(text) is { } value)
                result[text] = value;
        }

        return result;
    }

    private static EgressPolicy EgressOf(RunOptions options, RunProfile? profile)
    {
        var start = profile?.Egress ?? EgressPolicy.None;
        return start with
        {
            Allow = [.. start.Allow, .. options.Allow.Select(text => Rule("--allow", text))],
            Deny = [.. start.Deny, .. options.Deny.Select(text => Rule("--deny", text))],
        };
    }

    private static EgressRule Rule(string option, string text) => EgressRule.TryParse(text, out var rule, out var error)
        ? rule
        : throw new CaissonException(ErrorCode.InvalidArgument, $"{option}: {error}", "write a host name, *.domain.tld, an address or a CIDR range, with an optional :port");

    private static T? AboveZero<T>(string option, T? value)
        where T : struct, System.Numerics.INumber<T> => value is null || (value > T.Zero && T.IsFinite(value.Value))
        ? value
        : throw new CaissonException(ErrorCode.InvalidArgument, $"{option} {value} is not above zero", "leave it out for the default");

    private static string Existing(string path) => Path.Exists(path)
        ? HostPath.Real(path)
        : throw new CaissonException(ErrorCode.InvalidArgument, $"{path} does not exist", "name a file or directory of this host");

    private static bool IsBelow(string path, string root) =>
        string.Equals(path, root, StringComparison.Ordinal) || path.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal);
}

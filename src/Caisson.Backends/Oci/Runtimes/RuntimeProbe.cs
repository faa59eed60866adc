using Caisson.Core.Backends;
using Caisson.Core.Failures;
using Caisson.Walls;

namespace Caisson.Backends.Oci.Runtimes;

/// <summary>Looks for a runtime and finds out what it can do here, once a process.</summary>
internal sealed class RuntimeProbe(OciRuntime runtime, WallHost host)
{
    private static readonly string[] _folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
    private readonly Lock _lock = new();
    private Task<RuntimeProgram>? _looking;
    private RuntimeProgram? _found;

    /// <summary>The runtime, or Unsupported with what to install.</summary>
    public Task<RuntimeProgram> FindAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            // What was not there may have been installed since.
            if (_looking is null || _looking.IsFaulted || (_found is { } found && !File.Exists(found.Path)))
                _looking = LookAsync();
            return _looking.WaitAsync(cancellation);
        }
    }

    /// <summary>What doctor says of it.</summary>
    public async Task<BackendReport> ReportAsync(CancellationToken cancellation)
    {
        List<HostCheck> checks = [];
        try
        {
            var found = await FindAsync(cancellation).ConfigureAwait(false);
            checks.Add(new HostCheck(runtime.Name, HostCheckState.Ok, $"{found.Path}, {found.Version}"));
            if (found.Platform is not null)
                checks.Add(new HostCheck("platform", HostCheckState.Ok, found.Platform));
            if (KnownWeakness.Of(runtime, found) is { } weakness)
                checks.Add(weakness);
        }
        catch (CaissonException e)
        {
            checks.Add(new HostCheck(runtime.Name, HostCheckState.Missing, e.Message, e.Remedy ?? runtime.Remedy));
        }

        checks.Add(File.Exists(host.Options.Guest)
            ? new HostCheck("guest", HostCheckState.Ok, host.Options.Guest)
            : new HostCheck("guest", HostCheckState.Missing, $"{host.Options.Guest} is not there", "publish the guest beside the command line"));
        if (!WallHost.IsRoot)
            checks.Add(new HostCheck("root", HostCheckState.Missing, "not root", "run as root, or use the bubblewrap wall"));
        checks.Add(host.Cgroups.Missing is { } missing
            ? new HostCheck("cgroups", HostCheckState.Degraded, $"{missing}: memory and processes are bounded by the guest instead, processor time is not", "run as root, or delegate a cgroup")
            : new HostCheck("cgroups", HostCheckState.Ok, host.Cgroups.Parents.Count == 1 ? "v2" : "v1"));
        return new BackendReport(checks.TrueForAll(check => check.State != HostCheckState.Missing), checks);
    }

    private async Task<RuntimeProgram> LookAsync()
    {
        if (runtime.Refused is { } refused)
            throw new CaissonException(ErrorCode.Unsupported, refused, runtime.Remedy);
        var path = Locate() ?? throw new CaissonException(ErrorCode.Unsupported, $"{runtime.Name} is not on this host", runtime.Remedy);
        var version = await RuntimeCommand.RunAsync(path, ["--version"], CancellationToken.None).ConfigureAwait(false);
        if (version.ExitCode != 0)
            throw new CaissonException(ErrorCode.Unsupported, $"{path} --version failed: {version.Output.Trim()}", runtime.Remedy);
        var said = version.Output.Split('\n')[0].Trim();
        if (!said.StartsWith($"{Path.GetFileName(runtime.Programs[0])} version", StringComparison.Ordinal))
            throw new CaissonException(ErrorCode.Unsupported, $"{path} is no {runtime.Name}: it says '{said}'", runtime.Remedy);
        if (RuntimeVersion.TryParse(said, out var number) && number < runtime.Least)
            throw new CaissonException(ErrorCode.Unsupported, $"{path} is version {number}, and {runtime.Least} is needed", runtime.Remedy);
        return _found = new RuntimeProgram(path, said, await PlatformAsync(path, CancellationToken.None).ConfigureAwait(false));
    }

    private string? Locate() => runtime.Programs
        .SelectMany(name => Path.IsPathRooted(name) ? [name] : _folders.Select(folder => $"{folder}/{name}"))
        .FirstOrDefault(File.Exists);

    // A platform is there when a container runs on it, and not when its device is.
    private async Task<string?> PlatformAsync(string path, CancellationToken cancellation)
    {
        if (runtime.Platforms.Count == 0)
            return null;
        var said = "";
        foreach (var platform in runtime.Platforms)
        {
            var tried = await PlatformTrial.RunAsync(path, runtime, platform, cancellation).ConfigureAwait(false);
            if (tried.ExitCode == 0)
                return platform;
            said = tried.Output;
        }

        throw new CaissonException(ErrorCode.Unsupported, $"{runtime.Name} runs on none of its platforms here ({string.Join(", ", runtime.Platforms)}): {said.Trim()}", "see what the runtime says");
    }
}

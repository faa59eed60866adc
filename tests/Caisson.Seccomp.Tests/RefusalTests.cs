using System.Globalization;

namespace Caisson.Seccomp.Tests;

/// <summary>The forbidden calls, made for real behind bubblewrap on this kernel.</summary>
public sealed class RefusalTests
{
    private const string Python = "/usr/bin/python3";
    private const string NotPermitted = "1";
    private const string NoSuchCall = "38";
    private const string NoSuchProtocol = "93";
    private const string NoSuchFamily = "97";
    private const string Done = "0";

    private static readonly Dictionary<string, string> _expected = new(StringComparer.Ordinal)
    {
        ["io_uring_setup"] = NotPermitted,
        ["keyctl"] = NotPermitted,
        ["bpf"] = NotPermitted,
        ["mount"] = NotPermitted,
        ["umount2"] = NotPermitted,
        ["fsopen"] = NotPermitted,
        ["open_tree"] = NotPermitted,
        ["open_tree_attr"] = NotPermitted,
        ["setns"] = NotPermitted,
        ["clone3"] = NoSuchCall,
        ["pidfd_getfd"] = NotPermitted,
        ["process_vm_readv"] = NotPermitted,
        ["perf_event_open"] = NotPermitted,
        ["userfaultfd"] = NotPermitted,
        ["open_by_handle_at"] = NotPermitted,
        ["af_vsock"] = NoSuchFamily,
        ["af_alg"] = NoSuchFamily,
        ["af_packet"] = NoSuchFamily,
        ["af_xdp"] = NoSuchFamily,
        ["sock_packet"] = NoSuchFamily,
        ["netlink_audit"] = NoSuchFamily,
        ["sctp"] = NoSuchProtocol,
        ["af_unix"] = Done,
        ["af_inet"] = Done,
        ["af_inet6"] = Done,
        ["netlink_route"] = Done,
        ["x32"] = NoSuchCall,
        ["newer"] = NoSuchCall,
        ["unshare"] = NotPermitted,
        ["clone_newuser"] = NotPermitted,
        ["personality"] = NotPermitted,
        ["tiocsti"] = NotPermitted,
        ["tiocsti_high"] = NotPermitted,
        ["tiocsetd"] = NotPermitted,
        ["int80"] = "signal " + 31.ToString(CultureInfo.InvariantCulture),
        ["filters"] = "2",
    };

    // What this kernel would itself say otherwise, whoever asks and however it is set: so a refusal is the filter's.
    private static readonly string[] _openOtherwise =
        ["mount", "umount2", "setns", "clone3", "pidfd_getfd", "process_vm_readv", "unshare", "clone_newuser", "personality", "tiocsetd"];

    [Fact]
    public async Task Each_forbidden_call_is_refused_and_by_the_filter()
    {
        Assert.SkipUnless(File.Exists(Python), "python3 is not installed");
        var probes = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "probes.py"), TestContext.Current.CancellationToken);
        using var wall = new Wall();
        var filtered = Parse(await wall.RunAsync(Python, "-c", probes));
        var open = Parse(await wall.RunOpenAsync(Python, "-c", probes));

        Assert.Equal(_expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), filtered.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal("0", open["filters"]);
        Assert.All(_openOtherwise, name => Assert.True(filtered[name] != open[name], $"{name} answers {open[name]} without the filter too"));
    }

    private static Dictionary<string, string> Parse(WallOutcome outcome)
    {
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Errors);
        return outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2))
            .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
    }
}

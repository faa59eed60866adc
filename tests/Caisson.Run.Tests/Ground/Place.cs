using System.Diagnostics;
using System.Text;

namespace Caisson.Run.Tests.Ground;

/// <summary>A directory that the caller owns, with a workspace and a home in it, and runs of <c>caisson run</c> there.</summary>
public sealed class Place : IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);
    private readonly Site _site;
    private readonly Caller _caller;

    public Place(Site site, Caller caller)
    {
        (_site, _caller) = (site, caller);
        Root = Path.Combine(site.Root, "p-" + Guid.NewGuid().ToString("N")[..8]);
        Workspace = Path.Combine(Root, "work");
        Home = Path.Combine(Root, "home");
        Directory.CreateDirectory(Workspace);
        Directory.CreateDirectory(Home);
        Give(Root);
    }

    public Site Site => _site;

    public string Root { get; }

    public string Workspace { get; }

    public string Home { get; }

    public bool IsRoot => _caller == Caller.Root;

    /// <summary>Further variables of the caller.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <summary>Makes something the caller's own.</summary>
    public void Give(string path)
    {
        if (_site.IsRoot)
            Tool.Run("chown", "-R", "-h", _caller == Caller.User ? $"{Site.UserName}:{Site.UserName}" : "root:root", path);
    }

    /// <summary>Writes a file below the place.</summary>
    public string Write(string path, string text)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        Give(Root);
        return file;
    }

    public string InWorkspace(string path) => Path.Combine(Workspace, path);

    /// <summary>Runs <c>caisson run</c> with these arguments in the workspace.</summary>
    public Task<Outcome> RunAsync(params string[] arguments) => RunAsync(arguments, null);

    public async Task<Outcome> RunAsync(string[] arguments, byte[]? input, TimeSpan? limit = null)
    {
        await using var running = Start(["run", .. arguments], limit);
        return await running.EndAsync(input);
    }

    /// <summary>Runs a shell script in a sandbox.</summary>
    public Task<Outcome> ShellAsync(string script, params string[] options) => RunAsync([.. options, "--", "/bin/sh", "-c", script]);

    /// <summary>Runs a Python program in a sandbox.</summary>
    public Task<Outcome> PythonAsync(string code, params string[] options) => RunAsync([.. options, "--", "/usr/bin/python3", "-c", code]);

    public Running Start(string[] arguments, TimeSpan? limit = null, string? directory = null) => Begin([_site.Caisson, .. arguments], limit, directory);

    /// <summary>Starts any program of the host as the caller.</summary>
    public Running Begin(string[] command, TimeSpan? limit = null, string? directory = null)
    {
        string[] all = _caller == Caller.User && _site.IsRoot
            ? ["setpriv", "--reuid", Site.UserName, "--regid", Site.UserName, "--clear-groups", "--", .. command]
            : command;
        var start = new ProcessStartInfo(all[0], all[1..]) { WorkingDirectory = directory ?? Workspace };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        start.Environment["HOME"] = Home;
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return new Running(start, limit ?? _limit);
    }

    /// <summary>Runs a shell script on the host as the caller, with $C the binary.</summary>
    public async Task<Outcome> HostShellAsync(string script, TimeSpan? limit = null)
    {
        Environment["C"] = _site.Caisson;
        await using var running = Begin(["/bin/bash", "-c", script], limit);
        return await running.EndAsync();
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public void Dispose() => Tool.Try("rm", "-rf", Root);
}

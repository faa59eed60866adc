using System.Runtime.InteropServices;

namespace Caisson.Run.Tests.Ground;

/// <summary>A copy of the binaries that everybody may run, an ordinary user, and the proof at the end that no sandbox left anything.</summary>
public sealed partial class Site : IDisposable
{
    public const string UserName = "caisson-test";

    private readonly Leftovers? _leftovers;

    public Site()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/bwrap"))
            return;
        IsRoot = GetUserId() == 0;
        var from = Path.GetDirectoryName(Environment.GetEnvironmentVariable("CAISSON_BIN") ?? Path.Combine(Repository(), "artifacts/bin/caisson"))!;
        Directory.CreateDirectory(Path.Combine(Root, "bin"));
        foreach (var name in (string[])["caisson", "caisson-guest"])
        {
            File.Copy(Path.Combine(from, name), Path.Combine(Root, "bin", name));
            Tool.Run("chmod", "0755", Path.Combine(Root, "bin", name));
        }

        HasModules = Directory.Exists(Path.Combine(from, "wasm"));
        if (HasModules)
            Tool.Run("cp", "-r", Path.Combine(from, "wasm"), Path.Combine(Root, "bin"));
        Tool.Run("chmod", "0755", Root, Path.Combine(Root, "bin"));
        if (IsRoot)
        {
            if (Tool.Try("id", UserName).Code != 0)
                Tool.Run("useradd", "--no-create-home", "--shell", "/bin/sh", UserName);
            UserId = Tool.Run("id", "-u", UserName).Trim();
        }

        _leftovers = new Leftovers(this, Root);
    }

    /// <summary>The directory below which everything of a test run lies.</summary>
    public string Root { get; } = Path.Combine("/tmp", "crt-" + Guid.NewGuid().ToString("N")[..8]);

    public bool IsRoot { get; }

    public string UserId { get; } = "";

    /// <summary>Whether what the wasm wall runs is there.</summary>
    public bool HasModules { get; }

    public string Caisson => Path.Combine(Root, "bin/caisson");

    public string Guest => Path.Combine(Root, "bin/caisson-guest");

    /// <summary>A fresh place for one test.</summary>
    public Place For(Caller caller)
    {
        Assert.SkipWhen(_leftovers is null, "bubblewrap is not installed");
        Assert.SkipWhen(caller == Caller.Root && !IsRoot, "the tests do not run as root");
        return new Place(this, caller);
    }

    public void Dispose()
    {
        if (_leftovers is null)
            return;
        try
        {
            _leftovers.AssertNone();
        }
        finally
        {
            if (IsRoot)
                Tool.Try("userdel", UserName);
            Tool.Try("rm", "-rf", Root);
        }
    }

    private static string Repository()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Caisson.slnx")))
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("name the binary in CAISSON_BIN");
        return directory;
    }

    [LibraryImport("libc", EntryPoint = "getuid")]
    private static partial uint GetUserId();
}

using System.Runtime.InteropServices;

namespace Caisson.Cli.Server;

/// <summary>Becomes the server program: the same process, so that signals and exit codes need no passing on.</summary>
internal static partial class ServerLauncher
{
    private const int CommandNotFound = 127;

    /// <summary>Replaces this process by the server; returns an exit code only when that fails.</summary>
    public static int Exec(string[] args)
    {
        var path = Find();
        if (path is null)
        {
            Console.Error.WriteLine("caisson: the server is not installed beside this program.\nInstall it as server/caisson-server, or set CAISSON_SERVER to its path.");
            return CommandNotFound;
        }

        string?[] arguments = [path, .. args[0] == "serve" ? args[1..] : args, null];
        string?[] environment = [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(one => $"{one.Key}={one.Value}"), null];
        Execve(path, arguments, environment);
        Console.Error.WriteLine($"caisson: cannot start {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        return CommandNotFound - 1;
    }

    private static string? Find()
    {
        // AppContext.BaseDirectory is where the program lies, links followed.
        string[] places = Environment.GetEnvironmentVariable("CAISSON_SERVER") is { Length: > 0 } named
            ? [named]
            : [Path.Combine(AppContext.BaseDirectory, "server", "caisson-server")];
        return Array.Find(places, File.Exists);
    }

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execve(string path, string?[] arguments, string?[] environment);
}

using System.Collections;
using System.Runtime.InteropServices;
using Caisson.Linux.Interop;
using Caisson.Linux.Processes;

namespace Caisson.Guest.Sudo;

/// <summary>The program that users inside call as <c>sudo</c>: asks the guest to run a command as another user of the sandbox.</summary>
/// <remarks>It is no set-uid program: no process of a sandbox can gain rights by executing a file.</remarks>
internal static unsafe class SudoClient
{
    private const string Usage = "usage: sudo [-n] [-E] [-H] [-i | -s] [-u user] [VAR=value]... command [argument]...";
    private static readonly string[] _kept = ["TERM", "LANG", "LC_ALL", "DISPLAY", "COLORTERM"];

    public static int Run(string[] arguments)
    {
        if (Parse(arguments) is not { } request)
        {
            Console.Error.WriteLine(Usage);
            return 1;
        }

        if (request.Command.Count == 0)
            return 0;
        try
        {
            return Ask(request);
        }
        catch (LinuxException e)
        {
            Console.Error.WriteLine($"sudo: this sandbox has one user only ({e.Message})");
            return 1;
        }
    }

    private static int Ask(SudoRequest request)
    {
        var fd = SudoSocket.Connect();
        var bytes = request.ToBytes();
        if (bytes.Length > SudoSocket.MaxRequest)
        {
            Console.Error.WriteLine("sudo: the command and its environment are too long");
            return 1;
        }

        SudoSocket.Send(fd, bytes);
        using var interrupt = Forward(PosixSignal.SIGINT, fd);
        using var terminate = Forward(PosixSignal.SIGTERM, fd);
        using var hangUp = Forward(PosixSignal.SIGHUP, fd);
        int raw;
        while (Libc.Read(fd, (byte*)&raw, sizeof(int)) < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR)
        {
        }

        var status = new WaitStatus(raw);
        return status.ExitCode ?? 128 + status.Signal ?? 1;
    }

    private static PosixSignalRegistration Forward(PosixSignal signal, int fd) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        var number = (byte)(context.Signal switch { PosixSignal.SIGINT => 2, PosixSignal.SIGTERM => 15, _ => 1 });
        _ = Libc.Write(fd, &number, 1);
    });

    private static SudoRequest? Parse(string[] arguments)
    {
        var user = "root";
        var (all, login, shell) = (false, false, false);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        var i = 0;
        for (; i < arguments.Length && arguments[i].StartsWith('-'); i++)
        {
            switch (arguments[i])
            {
                case "--":
                    i++;
                    goto done;
                case "-u" or "--user" when i + 1 < arguments.Length:
                    user = arguments[++i];
                    break;
                case "-E" or "--preserve-env":
                    all = true;
                    break;
                case "-i" or "--login":
                    login = true;
                    break;
                case "-s" or "--shell":
                    shell = true;
                    break;
                case "-n" or "-H" or "-S" or "-A" or "-b" or "-P" or "--non-interactive" or "--set-home":
                    break;
                case "-v" or "-k" or "-K" or "-l" or "-V" or "--version" or "--validate":
                    return new SudoRequest(user, "/", environment, []);
                default:
                    return null;
            }
        }

    done:
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable is { Key: string key, Value: string value } && (all ? key is not ("HOME" or "USER" or "LOGNAME" or "SHELL" or "PATH") : _kept.Contains(key, StringComparer.Ordinal)))
                environment[key] = value;
        }

        for (; i < arguments.Length && arguments[i].IndexOf('=', StringComparison.Ordinal) is var equals and > 0 && !arguments[i].Contains('/', StringComparison.Ordinal); i++)
            environment[arguments[i][..equals]] = arguments[i][(equals + 1)..];
        List<string> command = [.. arguments[i..]];
        if (login)
            command = command.Count == 0 ? ["bash", "-l"] : ["bash", "-l", "-c", string.Join(' ', command)];
        else if (shell)
            command = command.Count == 0 ? ["bash"] : ["bash", "-c", string.Join(' ', command)];
        return command.Count == 0 ? null : new SudoRequest(user, login ? "~" : Environment.CurrentDirectory, environment, command);
    }
}

using System.Runtime.InteropServices;
using Caisson.Core.Failures;
using Caisson.Guest.Control;
using Caisson.Guest.Users;
using Caisson.Linux.Forking;
using Caisson.Linux.Interop;
using Caisson.Protocol.Messages;

namespace Caisson.Guest.Processes;

/// <summary>Starts processes by forking this small program, which takes a fraction of a millisecond.</summary>
internal sealed unsafe class Launcher(UserDatabase users, GuestSettings settings)
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const int MaxArguments = 2 << 20;

    public UserAccount UserOf(string name) => users.Find(name.Length > 0 ? name : settings.DefaultUser);

    public LaunchedProcess Launch(Start request)
    {
        using var descriptors = new LaunchDescriptors(request.Terminal, request.Input);
        var user = UserOf(request.User);
        descriptors.GiveTerminalTo(user);
        var environment = EnvironmentOf(user, request.Environment, request.Terminal is not null);
        var directory = DirectoryOf(user, request.WorkingDirectory);
        var program = Resolve(request.Command, environment, directory);
        return Run([request.Command, .. request.Arguments], program, environment, directory, user, descriptors, entersAsUser: true);
    }

    /// <summary>Starts a program on descriptors that somebody handed us; they stay open.</summary>
    public int Launch(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> extra, string directory, UserAccount user, int[] descriptors)
    {
        var environment = EnvironmentOf(user, extra, terminal: false);
        var program = Resolve(command[0], environment, directory);
        using var own = new LaunchDescriptors(descriptors);
        // Its caller is in that directory already, whatever the user may enter.
        return Run(command, program, environment, directory, user, own, entersAsUser: false).Pid;
    }

    private LaunchedProcess Run(
        IReadOnlyList<string> command, string program, Dictionary<string, string> environment, string directory, UserAccount user, LaunchDescriptors descriptors,
        bool entersAsUser)
    {
        var variables = environment.Select(pair => $"{pair.Key}={pair.Value}").ToList();
        var size = command.Sum(Size) + variables.Sum(Size) + Size(directory) + Size(program);
        if (size > MaxArguments)
            throw new GuestFault(ErrorCode.InvalidArgument, "the arguments and environment are larger than 2 MiB");

        using var script = new ForkScript(size + (32 << 10));
        using var result = new ExecResult();
        script.Add("setsid", Sys.SetSid);
        descriptors.AddTo(script);
        // Everything else, ours and whatever we inherited, closes when the program starts.
        script.Add("close_range", Sys.CloseRange, 3, int.MaxValue, 4);
        ChildState.ResetSignals(script);
        // No kernel ends its own first program.
        if (settings.Group is null)
            ChildState.PreferAsVictim(script);
        ChildState.Limit(script, settings.Pids, settings.MemoryBytes);
        if (!entersAsUser)
            script.Add("chdir", Sys.Chdir, (nint)script.Memory.Copy(directory));
        if (users.IsRoot)
            ChildState.Become(script, user);
        script.Add("umask", Sys.Umask, 0x12);
        if (entersAsUser)
            script.Add("chdir", Sys.Chdir, (nint)script.Memory.Copy(directory));
        script.AddProgram(program, command, variables);

        // Not every kernel keeps the limit that the child will have.
        if (settings.Pids > 0 && ProcessTree.Count() >= settings.Pids)
            throw Full();
        var pid = Fork(script);
        result.Wait();
        if (script.Failure is { } failure)
            throw Explain(failure, command[0], directory);
        return descriptors.Launched(pid);
    }

    private int Fork(ForkScript script)
    {
        try
        {
            return script.Start(Flags.SIGCHLD, settings.Group);
        }
        catch (LinuxException full) when (full.Error is Errno.EAGAIN or Errno.ENOMEM)
        {
            throw Full();
        }
    }

    private static GuestFault Full() => new(ErrorCode.ResourceExhausted, "the sandbox has as many processes as it may; end some, or give it more");

    private static GuestFault Explain(ScriptFailure failure, string command, string directory) => failure switch
    {
        { Name: "chdir", Error: Errno.EACCES } => new GuestFault(ErrorCode.PermissionDenied, $"cwd '{directory}' may not be entered"),
        { Name: "chdir" } => new GuestFault(ErrorCode.InvalidArgument, $"cwd '{directory}' does not exist"),
        { Name: "execve", Error: Errno.EACCES } => new GuestFault(ErrorCode.PermissionDenied, $"'{command}' may not be executed"),
        { Name: "execve", Error: Errno.ENOENT } => new GuestFault(ErrorCode.NotFound, $"'{command}' was not found"),
        { Name: "execve", Error: Errno.ENOEXEC } => new GuestFault(ErrorCode.InvalidArgument, $"'{command}' is not a program"),
        _ => new GuestFault(ErrorCode.Internal, $"{failure.Name}: {Marshal.GetPInvokeErrorMessage(failure.Error)}"),
    };

    private Dictionary<string, string> EnvironmentOf(UserAccount user, IEnumerable<KeyValuePair<string, string>> extra, bool terminal)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = DefaultPath,
            ["HOME"] = user.Home,
            ["USER"] = user.Name,
            ["LOGNAME"] = user.Name,
            ["SHELL"] = user.Shell,
        };
        if (terminal)
            result["TERM"] = "xterm-256color";
        foreach (var (key, value) in settings.Environment.Concat(extra))
        {
            if (key.Length == 0 || key.Contains('=', StringComparison.Ordinal) || key.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal))
                throw new GuestFault(ErrorCode.InvalidArgument, "a variable's name is empty or has '=' in it, or a NUL is in it");
            result[key] = value;
        }

        return result;
    }

    private string DirectoryOf(UserAccount user, string asked)
    {
        if (asked.Contains('\0', StringComparison.Ordinal))
            throw new GuestFault(ErrorCode.InvalidArgument, "the working directory has a NUL in it");
        if (asked.Length == 0)
            asked = settings.WorkingDirectory;
        if (asked.Length == 0)
            return Directory.Exists(user.Home) ? user.Home : "/";
        if (asked == "~" || asked.StartsWith("~/", StringComparison.Ordinal))
            asked = user.Home + asked[1..];
        return asked.StartsWith('/') ? asked : $"{user.Home.TrimEnd('/')}/{asked}";
    }

    private static string Resolve(string command, Dictionary<string, string> environment, string directory)
    {
        if (command.Length == 0 || command.Contains('\0', StringComparison.Ordinal))
            throw new GuestFault(ErrorCode.InvalidArgument, "the command is empty or has a NUL in it");
        if (command.Contains('/', StringComparison.Ordinal))
            return command;
        foreach (var folder in environment["PATH"].Split(':'))
        {
            var candidate = Path.Combine(directory, folder, command);
            if (File.Exists(candidate) && (File.GetUnixFileMode(candidate) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != UnixFileMode.None)
                return candidate;
        }

        throw new GuestFault(ErrorCode.NotFound, $"'{command}' was not found");
    }

    private static int Size(string text) => System.Text.Encoding.UTF8.GetByteCount(text) + 9 + sizeof(nint);
}

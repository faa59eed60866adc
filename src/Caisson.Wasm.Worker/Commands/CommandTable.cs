using System.Globalization;
using Caisson.Core.Failures;
using Caisson.Core.Guests;
using Caisson.Protocol.Messages;
using Caisson.Wasm.Worker.Modules;
using Caisson.Wasm.Worker.Runs;

namespace Caisson.Wasm.Worker.Commands;

/// <summary>Every command that runs, and those that ended not long ago.</summary>
internal sealed class CommandTable(WorkerSettings settings, Programs programs, TimeProvider time)
{
    /// <summary>The variable that bounds what a command may execute.</summary>
    public const string FuelVariable = "CAISSON_WASM_FUEL";

    private const string Home = "/home/user";
    private const int MostEnded = 256;
    private const long MostKept = 16 << 20;
    private static readonly TimeSpan _unseenRetention = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, Command> _commands = [];
    private Configure _configuration = new();
    private int _last = 1;
    private int _starting;

    /// <summary>Sets what every later command is given.</summary>
    public void Configure(Configure configuration) => _configuration = configuration;

    /// <summary>Starts a command.</summary>
    public async Task<Command> StartAsync(Start start, CancellationToken cancellation)
    {
        Enter();
        try
        {
            var environment = EnvironmentOf(start);
            var directory = DirectoryOf(start);
            environment["PWD"] = directory;
            ulong? fuel = null;
            if (environment.Remove(FuelVariable, out var amount))
                fuel = ulong.TryParse(amount, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed : throw new CaissonException(ErrorCode.InvalidArgument, $"{FuelVariable} is to be a number above zero");
            var module = await programs.FindAsync(start.Command, directory, fuel is not null, cancellation).ConfigureAwait(false);
            return Begin(start, environment, directory, fuel, module);
        }
        finally
        {
            lock (_lock)
                _starting--;
        }
    }

    /// <summary>The command of that number or tag; NotFound when there is none.</summary>
    public Command Find(Selector selector)
    {
        lock (_lock)
        {
            var found = selector.Tag.Length > 0
                ? _commands.Values.LastOrDefault(command => command.Start.Tag == selector.Tag)
                : _commands.GetValueOrDefault(selector.Pid);
            return found ?? throw new CaissonException(ErrorCode.NotFound, selector.Tag.Length > 0 ? $"there is no command with the tag '{selector.Tag}'" : $"there is no command {selector.Pid}");
        }
    }

    /// <summary>The command of that number or tag, which must not have ended.</summary>
    public Command FindLive(Selector selector) => Find(selector) is { Ended.IsCompleted: false } live
        ? live
        : throw new CaissonException(ErrorCode.NotFound, "the command has ended");

    /// <summary>Those that run.</summary>
    public IReadOnlyList<Command> Live()
    {
        lock (_lock)
            return [.. _commands.Values.Where(command => !command.Ended.IsCompleted)];
    }

    private void Enter()
    {
        lock (_lock)
        {
            if (_commands.Values.Count(command => !command.Ended.IsCompleted) + _starting >= settings.Limits.Instances)
                throw new CaissonException(ErrorCode.ResourceExhausted, $"{settings.Limits.Instances} commands run at once already, which is as many as this sandbox may have", "Wait for one to end.");
            _starting++;
            Forget();
        }
    }

    private Command Begin(Start start, Dictionary<string, string> environment, string directory, ulong? fuel, ModuleLease module)
    {
        Command command;
        lock (_lock)
        {
            var pid = ++_last;
            var arguments = start.Arguments.ToList();
            var trees = settings.Trees.ToList();
            EvaluatedCode? code = null;
            // QuickJS takes files alone.
            if (Programs.LanguageOf(start.Command) == "js" && arguments is ["-e" or "-c" or "--eval", var text, ..])
            {
                code = new EvaluatedCode(pid, text);
                arguments = [code.Path, .. arguments.Skip(2)];
                trees.Add(new Tree(code.Folder, Writable: false));
            }

            var input = start.Input ? new StandardInput() : null;
            var run = new RunSettings([start.Command, .. arguments], environment, directory, trees, input?.Path, fuel);
            command = _commands[pid] = new Command(pid, start, run, input, code, module, time);
        }

        command.Begin();
        return command;
    }

    private Dictionary<string, string> EnvironmentOf(Start start)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = Home, ["USER"] = "user" };
        foreach (var (name, value) in _configuration.Environment.Concat(start.Environment))
            variables[name] = value;
        var texts = variables.SelectMany(pair => (string[])[pair.Key, pair.Value]).Concat(start.Arguments);
        return texts.Any(text => text.Contains('\0'))
            ? throw new CaissonException(ErrorCode.InvalidArgument, "arguments and variables cannot hold a zero character")
            : variables;
    }

    private string DirectoryOf(Start start)
    {
        var named = start.WorkingDirectory.Length > 0 ? start.WorkingDirectory : _configuration.WorkingDirectory;
        var directory = named switch
        {
            "" => Directory.Exists(Home) ? Home : settings.Trees[0].Path,
            ['~', '/', .. var rest] => Path.Combine(Home, rest),
            "~" => Home,
            _ => Path.GetFullPath(named, Home),
        };
        directory = directory.Length > 1 ? directory.TrimEnd('/') : directory;
        return settings.Trees.Any(tree => tree.Holds(directory)) && Directory.Exists(directory)
            ? directory
            : throw new CaissonException(ErrorCode.InvalidArgument, $"there is no directory {directory} in what this sandbox has: {string.Join(", ", settings.Trees.Select(tree => tree.Path))}");
    }

    // What nobody will ask for any more, or more than is kept of it, the oldest first.
    private void Forget()
    {
        var ended = _commands.Values.Where(command => command.Ended.IsCompleted).OrderBy(command => command.EndedAt).ToList();
        var (count, kept) = (ended.Count, ended.Sum(command => command.Output.Kept));
        foreach (var command in ended)
        {
            var isOld = time.GetElapsedTime(command.EndedAt) > (command.Seen ? GuestLimits.ExitRetention : _unseenRetention);
            if (!isOld && count <= MostEnded && kept <= MostKept)
                continue;
            (count, kept) = (count - 1, kept - command.Output.Kept);
            _commands.Remove(command.Pid);
            command.Dispose();
        }
    }
}

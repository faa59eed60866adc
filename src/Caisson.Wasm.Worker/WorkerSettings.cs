using System.Globalization;
using Caisson.Wasm.Worker.Modules;
using Caisson.Wasm.Worker.Runs;

namespace Caisson.Wasm.Worker;

/// <summary>What the worker was started with.</summary>
/// <param name="Port">Where it listens, on the loopback.</param>
/// <param name="Modules">The directory of the languages' compiled modules.</param>
/// <param name="Trees">What modules see of the file system.</param>
/// <param name="Limits">Bounds of instances.</param>
internal sealed record WorkerSettings(int Port, string Modules, IReadOnlyList<Tree> Trees, RuntimeLimits Limits)
{
    /// <summary>Reads <c>--port N --modules DIR --instances N --memory BYTES</c> and any number of <c>--tree PATH</c> and <c>--read-only PATH</c>.</summary>
    public static WorkerSettings Parse(ReadOnlySpan<string> arguments)
    {
        var (port, modules, instances, memory) = (0, "", 1, 0L);
        var trees = new List<Tree>();
        for (var i = 0; i + 1 < arguments.Length; i += 2)
        {
            var value = arguments[i + 1];
            switch (arguments[i])
            {
                case "--port":
                    port = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--modules":
                    modules = value;
                    break;
                case "--instances":
                    instances = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--memory":
                    memory = long.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--tree":
                    trees.Add(new Tree(value, Writable: true));
                    break;
                case "--read-only":
                    trees.Add(new Tree(value, Writable: false));
                    break;
                default:
                    throw new ArgumentException($"there is no option {arguments[i]}");
            }
        }

        return new WorkerSettings(port, modules, trees, new RuntimeLimits(instances, Math.Min(memory, RuntimeLimits.MostMemory)));
    }
}

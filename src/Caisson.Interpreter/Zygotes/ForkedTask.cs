using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Caisson.Core.Policy;
using Caisson.Engine.Rollouts;

namespace Caisson.Interpreter.Zygotes;

/// <summary>An execution in the form in which a zygote takes it: <c>python3 FILE</c> by the ordinary user, with nothing that a cell has not.</summary>
internal sealed class ForkedTask
{
    /// <summary>The most that fits into a cell's region of the zygote's memory.</summary>
    private const int MostBytes = 1 << 20;

    // What fits into a pipe at once.
    private const int MostInput = 1 << 16;
    private const int Fixed = 24;
    private const byte HasInput = 1;
    private const byte Cut = 2;
    private static readonly string[] _homes = ["/home/user", "/tmp"];

    // Read by the interpreter or its libraries when they start, which they have.
    private static readonly string[] _early = ["PYTHON", "LC_", "LANG", "LD_", "MALLOC", "GLIBC", "OPENBLAS", "OMP", "MKL", "TZ"];

    private ForkedTask(RolloutExecution execution) => (Execution, Step) = (execution, execution.Steps[0]);

    public RolloutExecution Execution { get; }

    public RolloutStep Step { get; }

    // The disk of a cell is memory: full, it must not look as if the code had used that.
    private long Disk => Math.Min(Execution.Spec.Resources.DiskBytes, Execution.Spec.Resources.MemoryBytes / 2);

    /// <summary>The task of an execution, or null where that needs a sandbox of its own.</summary>
    public static ForkedTask? Of(RolloutExecution execution)
    {
        if (execution is not { Steps: [{ Command: "python3" or "/usr/bin/python3", Arguments: [var program, ..] } step], User: null or "user", Fetch: [], Needs: [] })
            return null;
        var spec = execution.Spec;
        var isPlain = spec.Mounts.Count == 0 && spec.Egress is { Allow: [], Deny: [], Transforms: [], Proxy: null, Unlisted: EgressVerdict.Deny };
        var size = execution.Files.Sum(file => (long)file.Content.Length + file.Path.Length + 32)
            + step.Arguments.Sum(argument => (long)argument.Length * 3) + spec.Environment.Sum(pair => (long)(pair.Key.Length + pair.Value.Length) * 3);
        return isPlain && program.EndsWith(".py", StringComparison.Ordinal) && !program.StartsWith('-')
            && IsOurs(execution.WorkingDirectory) && execution.Files.All(file => IsBelow(file.Path))
            && !spec.Environment.Keys.Any(name => _early.Any(early => name.StartsWith(early, StringComparison.Ordinal)))
            && (step.Stdin?.Length ?? 0) <= MostInput && size + MostInput + 4096 < MostBytes
            ? new ForkedTask(execution)
            : null;
    }

    /// <summary>What is to be loaded for it. A word where nothing is imported costs a little time, and no more.</summary>
    public ZygoteKind Kind(bool isScientific)
    {
        var texts = Execution.Files.Select(file => file.Content).Append(Step.Stdin ?? default).ToList();
        if (!texts.Exists(text => text.Span.IndexOf("import"u8) >= 0))
            return ZygoteKind.Bare;
        return isScientific && texts.Exists(text => text.Span.IndexOf("numpy"u8) >= 0 || text.Span.IndexOf("pandas"u8) >= 0) ? ZygoteKind.Scientific : ZygoteKind.Stocked;
    }

    /// <summary>The frame's body: limits, then texts and bytes one after the other.</summary>
    public byte[] Encode()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = "/home/user",
            ["USER"] = "user",
            ["LOGNAME"] = "user",
            ["SHELL"] = "/bin/bash",
        };
        foreach (var (name, value) in Execution.Spec.Environment)
            environment[name] = value;
        List<string> texts = [Execution.WorkingDirectory, .. Step.Arguments];
        foreach (var file in Execution.Files)
            texts.AddRange([file.Path, file.Content.Length.ToString(CultureInfo.InvariantCulture)]);
        foreach (var (name, value) in environment)
            texts.AddRange([name, value]);
        var text = Encoding.UTF8.GetBytes(string.Join('\0', texts));
        var counts = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Step.Arguments.Count} {Execution.Files.Count} {environment.Count} {text.Length}\n"));
        var input = Step.Stdin ?? default;
        var body = new byte[Fixed + counts.Length + text.Length + Execution.Files.Sum(file => file.Content.Length) + input.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(body, (uint)Math.Ceiling(Step.Timeout.TotalMilliseconds));
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(4), (uint)Step.OutputLimit);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(8), (ulong)Disk);
        body[16] = (byte)((Step.Stdin is null ? 0 : HasInput) | (Step.EndAtOutputLimit ? 0 : Cut));
        var rest = body.AsSpan(Fixed);
        foreach (var part in (ReadOnlySpan<ReadOnlyMemory<byte>>)[counts, text, .. Execution.Files.Select(file => file.Content), input])
        {
            part.Span.CopyTo(rest);
            rest = rest[part.Length..];
        }

        return body;
    }

    private static bool IsOurs(string path) => IsClean(path) && _homes.Any(home => path == home || path.StartsWith(home + "/", StringComparison.Ordinal));

    private static bool IsBelow(string path) => path.Length > 0 && path[0] is not ('/' or '~') && IsClean(path);

    private static bool IsClean(string path) => !path.Split('/').Contains("..", StringComparer.Ordinal);
}

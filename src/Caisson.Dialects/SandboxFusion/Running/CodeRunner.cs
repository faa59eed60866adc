using System.Text;
using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Engine.Rollouts;
using Caisson.Engine.Rollouts.Languages;

namespace Caisson.Dialects.SandboxFusion.Running;

/// <summary>Runs code of a language in a sandbox of its own.</summary>
internal sealed class CodeRunner(IRolloutEngine engine, SandboxFusionOptions options)
{
    // What the guest and the page cache of a sandbox take before the code has begun.
    private const long Overhead = 32L << 20;
    private const string Skipped = "IGNORE_THIS_FILE";

    /// <summary>Where code runs; the protocol's clients count on being root, and root inside is nobody outside.</summary>
    public const string Directory = "/tmp/run";

    public async Task<RunCodeResponse> RunAsync(string tenant, RunCodeRequest request, CancellationToken cancellation)
    {
        try
        {
            return Outcome.Code(await ResultAsync(tenant, request, cancellation));
        }
        catch (CaissonException refused) when (refused.Code is ErrorCode.Unsupported or ErrorCode.InvalidArgument)
        {
            return Outcome.Refused(refused.Message);
        }
    }

    /// <summary>The engine's own result.</summary>
    public Task<RolloutResult> ResultAsync(string tenant, RunCodeRequest request, CancellationToken cancellation)
    {
        var limits = new LanguageLimits(
            TimeSpan.FromSeconds(request.CompileTimeout), TimeSpan.FromSeconds(request.RunTimeout), request.Stdin is { } text ? Encoding.UTF8.GetBytes(text) : (ReadOnlyMemory<byte>?)null,
            Outcome.OutputLimit, EndAtOutputLimit: false);
        var execution = Execution(request.MemoryLimitMegabytes, request.Files, request.FetchFiles);
        // Plain Python asks for nothing of root's, and an ordinary user can be given a fork of an interpreter that is there already.
        if (request.Language == "python" && request.FetchFiles.Count == 0 && request.Files.Keys.All(path => !path.StartsWith('/')))
            execution = execution with { User = null };
        return engine.RunAsync(tenant, LanguageTable.All[request.Language].Apply(execution, request.Code, limits), RolloutPriority.Normal, cancellation);
    }

    /// <summary>An execution of this dialect, without its steps.</summary>
    public RolloutExecution Execution(long megabytes, IReadOnlyDictionary<string, byte[]> files, IReadOnlyList<string> fetch) => new()
    {
        Spec = new SandboxSpec
        {
            Template = options.Template,
            Resources = new Resources
            {
                MemoryBytes = megabytes > 0 ? Math.Min(megabytes, 1L << 20) * (1L << 20) + Overhead : options.MemoryBytes,
                DiskBytes = options.DiskBytes,
                Pids = options.Pids,
            },
        },
        User = "root",
        WorkingDirectory = Directory,
        Files = [.. files.Where(file => !file.Key.Contains(Skipped, StringComparison.Ordinal)).Select(file => new RolloutFile(file.Key, file.Value))],
        Fetch = fetch,
        Steps = [],
    };
}

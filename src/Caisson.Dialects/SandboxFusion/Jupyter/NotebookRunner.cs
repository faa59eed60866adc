using System.Text;
using System.Text.Json;
using Caisson.Dialects.SandboxFusion.Http;
using Caisson.Dialects.SandboxFusion.Running;
using Caisson.Engine.Rollouts;

namespace Caisson.Dialects.SandboxFusion.Jupyter;

/// <summary>Runs cells in order in one Python process of a sandbox of their own.</summary>
internal sealed class NotebookRunner(IRolloutEngine engine, CodeRunner code)
{
    private const string Driver = "/tmp/.notebook/driver.py";
    private const string Source = "/tmp/.notebook/cells.json";
    private const string Target = "/tmp/.notebook/done.json";

    private static readonly byte[] _driver = Load();

    public async Task<NotebookResponse> RunAsync(string tenant, NotebookRequest request, CancellationToken cancellation)
    {
        var execution = code.Execution(request.MemoryLimitMegabytes, request.Files, [.. request.FetchFiles, Target]);
        var result = await engine.RunAsync(
            tenant,
            execution with
            {
                Spec = execution.Spec with { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["MPLBACKEND"] = "agg" } },
                Files = [.. execution.Files, new RolloutFile(Driver, _driver), new RolloutFile(Source, Cells(request))],
                Steps =
                [
                    new RolloutStep
                    {
                        Name = "driver",
                        Command = "python3",
                        Arguments = [Driver, Source, Target],
                        Timeout = TimeSpan.FromSeconds(request.TotalTimeout),
                        OutputLimit = Outcome.OutputLimit,
                        EndAtOutputLimit = false,
                        IsToolchain = true,
                    },
                ],
            },
            RolloutPriority.Normal,
            cancellation);
        var (status, message) = Outcome.Status(result);
        var driver = Outcome.Step(result, "driver");
        var cells = result.Label == RolloutLabel.Timeout ? [] : Done(result);
        return new NotebookResponse(status, message, driver, cells, null, Outcome.Files(result with { Files = [.. result.Files.Where(file => file.Path != Target)] }));
    }

    private static IReadOnlyList<NotebookCell> Done(RolloutResult result)
    {
        if (result.Files.FirstOrDefault(file => file.Path == Target) is not { } done)
            return [];
        try
        {
            return JsonSerializer.Deserialize(done.Content.Span, FusionJson.Default.NotebookCells) ?? [];
        }
        catch (JsonException)
        {
            // The cells may have written over it.
            return [];
        }
    }

    private static byte[] Cells(NotebookRequest request)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteNumber("cell_timeout", request.CellTimeout);
            json.WriteStartArray("cells");
            foreach (var cell in request.Cells)
                json.WriteStringValue(cell);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static byte[] Load()
    {
        using var source = new StreamReader(typeof(NotebookRunner).Assembly.GetManifestResourceStream("driver.py")!);
        return Encoding.UTF8.GetBytes(source.ReadToEnd());
    }
}

using Caisson.Dialects.SandboxFusion.Http;
using Caisson.Dialects.SandboxFusion.Running;

namespace Caisson.Dialects.SandboxFusion.Jupyter;

/// <summary>Cells to run in one process.</summary>
internal sealed record NotebookRequest(
    IReadOnlyList<string> Cells, double CellTimeout, double TotalTimeout, long MemoryLimitMegabytes, IReadOnlyDictionary<string, byte[]> Files, IReadOnlyList<string> FetchFiles)
{
    private const double DefaultTotal = 45;
    private const string Kernel = "python3";

    public static NotebookRequest Read(BodyReader body)
    {
        var request = new NotebookRequest(
            body.Texts("cells", required: true), body.Number("cell_timeout", 0), body.Number("total_timeout", DefaultTotal), body.Integer("memory_limit_MB", -1),
            body.Files("files"), body.Texts("fetch_files"));
        if ((body.OptionalText("kernel") ?? Kernel) != Kernel)
            throw body.Wrong("kernel", "literal_error", $"Input should be '{Kernel}'");
        RunCodeRequest.Seconds(body, "total_timeout", request.TotalTimeout);
        return request;
    }
}

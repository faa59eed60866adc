using System.Text.Json;
using Caisson.Core.Failures;

namespace Caisson.Core.Advice;

/// <summary>A workload written to a JSON file.</summary>
public static class WorkloadFile
{
    private const long LongestFile = 1 << 20;

    /// <summary>Reads it, refusing what is not understood.</summary>
    public static Workload Read(string file)
    {
        if (!File.Exists(file))
            throw new CaissonException(ErrorCode.InvalidArgument, $"{file} is not there.");
        if (new FileInfo(file).Length > LongestFile)
            throw new CaissonException(ErrorCode.InvalidArgument, $"{file} is longer than a workload can be.");
        try
        {
            return (JsonSerializer.Deserialize(File.ReadAllBytes(file), AdviceJson.Default.Workload)
                ?? throw new CaissonException(ErrorCode.InvalidArgument, $"{file} holds no workload.")).Checked();
        }
        catch (JsonException e)
        {
            throw new CaissonException(ErrorCode.InvalidArgument, $"{file} is not a workload: {e.Message}", "docs/choosing-a-wall.md lists its properties.", inner: e);
        }
    }
}

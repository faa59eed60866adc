using System.Text.Json;

namespace Caisson.Interpreter.Kernels;

/// <summary>One line to a kernel.</summary>
/// <param name="Op">What to do: <c>run</c>, <c>ping</c> or <c>adopt</c>.</param>
internal sealed record KernelRequest(string Op)
{
    public string? Id { get; init; }

    public string? Code { get; init; }

    public IReadOnlyDictionary<string, string>? Env { get; init; }

    public string? Cwd { get; init; }

    public byte[] ToLine() => [.. JsonSerializer.SerializeToUtf8Bytes(this, KernelJson.Default.KernelRequest), (byte)'\n'];
}

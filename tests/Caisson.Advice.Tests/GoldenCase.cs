using System.Text.Json;
using Caisson.Core.Advice;
using Caisson.Core.Backends;

namespace Caisson.Advice.Tests;

/// <summary>One workload whose right wall is known.</summary>
internal sealed record GoldenCase(string Name, HostSystem System, bool Kvm, WallStrength? Expect, Workload Workload)
{
    public static IReadOnlyList<GoldenCase> All { get; } = Read();

    private static List<GoldenCase> Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden.json")));
        return [.. document.RootElement.EnumerateArray().Select(one => new GoldenCase(
            one.GetProperty("name").GetString()!,
            Enum.Parse<HostSystem>(one.GetProperty("system").GetString()!, ignoreCase: true),
            one.GetProperty("kvm").GetBoolean(),
            one.GetProperty("expect").GetString() is { } strength ? Enum.Parse<WallStrength>(strength, ignoreCase: true) : null,
            one.GetProperty("workload").Deserialize(AdviceJson.Default.Workload)!))];
    }
}

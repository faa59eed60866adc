using System.Text.Json;

namespace Caisson.Dialects.SweRex.Tests.Ground;

/// <summary>What came of an action.</summary>
internal sealed record RexObservation(string Output, int? Code, string Expected)
{
    public static RexObservation Of(JsonElement answer)
    {
        Assert.Equal(("bash", ""), (answer.GetProperty("session_type").GetString(), answer.GetProperty("failure_reason").GetString()));
        return new(
            answer.GetProperty("output").GetString()!,
            answer.GetProperty("exit_code") is { ValueKind: JsonValueKind.Number } code ? code.GetInt32() : null,
            answer.GetProperty("expect_string").GetString()!);
    }
}

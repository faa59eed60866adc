using System.Text.Json;
using System.Text.Json.Nodes;
using Caisson.Core.Failures;

namespace Caisson.Backends.MicroVm.Monitors.Api;

/// <summary>What a monitor says of its machine.</summary>
internal static class MachineState
{
    /// <summary>The state that an answer tells; both kinds call it so.</summary>
    public static string Of(string answer)
    {
        try
        {
            if (JsonNode.Parse(answer)?["state"] is JsonValue state)
                return state.ToString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not an answer of the kind.
        }

        throw new CaissonException(ErrorCode.Internal, "the machine's monitor does not say how its machine is", "run 'caisson doctor'");
    }
}

using Caisson.Dialects.SweRex.Http;
using Caisson.Dialects.SweRex.Wire;

namespace Caisson.Dialects.SweRex.Sandboxes;

/// <summary>Whether a sandbox is there, and its end.</summary>
internal static class SandboxCalls
{
    public static async Task<byte[]> IsAliveAsync(SweRexCall call)
    {
        try
        {
            await call.Sandboxes.UseAsync(call.Address, call.Cancellation);
            return SweRexCall.Answer(new IsAlive(true), SweRexJson.Default.IsAlive);
        }
        catch (RaisedFailure ended)
        {
            // Clients that wait for life take it for "not yet", and ask again.
            return SweRexCall.Answer(new IsAlive(false, ended.Message), SweRexJson.Default.IsAlive);
        }
    }

    public static async Task<byte[]> CloseAsync(SweRexCall call)
    {
        await call.Sandboxes.CloseAsync(call.Address, call.Cancellation);
        return SweRexCall.Answer(new Nothing(), SweRexJson.Default.Nothing);
    }
}

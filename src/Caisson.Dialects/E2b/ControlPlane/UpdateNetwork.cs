using Caisson.Dialects.E2b.Http;
using Caisson.Dialects.E2b.Policy;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Replaces a sandbox's egress policy.</summary>
internal static class UpdateNetwork
{
    public static async Task InvokeAsync(ControlCall call)
    {
        var sandbox = call.Sandbox();
        var body = await E2bRequests.ReadAsync(call.Http, call.Options.MaxRequestBytes, E2bJson.Default.NetworkUpdate);
        await sandbox.UpdateEgressAsync(NetworkPolicy.Egress(body), call.Cancellation);
        call.NoContent();
    }
}

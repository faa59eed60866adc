using Caisson.Dialects.E2b.Http;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>What the protocol has and this server has not; said plainly, never half done.</summary>
internal static class Unsupported
{
    public static E2bHttpException Feature(string feature) => new(501, $"{feature} is not supported by this server yet");
}

using Caisson.Dialects.E2b.Http;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>What the protocol has and this server has not; said plainly, never half done.</summary>
internal static class Unsupported
{
    public static IReadOnlyList<(string Path, string Feature)> Paths { get; } =
    [
        ("/v3/templates", "building templates"),
        ("/v2/templates/{**rest}", "building templates"),
        ("/templates/{**rest}", "building templates"),
        ("/volumes/{**rest}", "volumes"),
        ("/volumecontent/{**rest}", "volumes"),
        ("/secrets/{**rest}", "secrets"),
    ];

    public static E2bHttpException Feature(string feature) => new(501, $"{feature} is not supported by this server yet");
}

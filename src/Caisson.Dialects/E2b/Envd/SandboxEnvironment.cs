using Caisson.Core.Guests;
using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.E2b.Envd;

/// <summary>The variables that every process of an E2B sandbox starts with.</summary>
internal static class SandboxEnvironment
{
    /// <summary>Tells a guest that has just started of them.</summary>
    public static Task ConfigureAsync(ISandbox sandbox, E2bOptions options, CancellationToken cancellation) =>
        sandbox.Guest.ConfigureAsync(new GuestConfiguration(Of(sandbox.Info), sandbox.Info.Defaults.User ?? options.DefaultUser, sandbox.Info.Defaults.WorkingDirectory), cancellation);

    public static IReadOnlyDictionary<string, string> Of(SandboxInfo info) =>
        new Dictionary<string, string>(info.Defaults.With(info.Spec.Environment), StringComparer.Ordinal)
        {
            ["E2B_SANDBOX"] = "true",
            ["E2B_SANDBOX_ID"] = info.Id.Value,
            ["E2B_TEMPLATE_ID"] = info.Spec.Template,
        };
}

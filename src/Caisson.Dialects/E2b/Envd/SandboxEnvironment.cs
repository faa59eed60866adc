using Caisson.Engine.Sandboxes;

namespace Caisson.Dialects.E2b.Envd;

/// <summary>The variables that every process of an E2B sandbox starts with.</summary>
internal static class SandboxEnvironment
{
    public static IReadOnlyDictionary<string, string> Of(SandboxInfo info) =>
        new Dictionary<string, string>(info.Spec.Environment, StringComparer.Ordinal)
        {
            ["E2B_SANDBOX"] = "true",
            ["E2B_SANDBOX_ID"] = info.Id.Value,
            ["E2B_TEMPLATE_ID"] = info.Spec.Template,
        };
}

using Caisson.Core.Backends;

namespace Caisson.Backends.Oci.Runtimes;

/// <summary>Versions with published ways out of the container, as far as they concern what we ask of a runtime.</summary>
internal static class KnownWeakness
{
    /// <summary>What is known against this version, or null.</summary>
    /// <remarks>Source: runc's security advisories of November 2025 (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881), mended in 1.2.8, 1.3.3 and 1.4.0-rc.3.</remarks>
    public static HostCheck? Of(OciRuntime runtime, RuntimeProgram program)
    {
        if (runtime.Name != KnownRuntimes.Runc.Name || !RuntimeVersion.TryParse(program.Version, out var version))
            return null;
        var mended = version >= new Version(1, 3) ? new Version(1, 3, 3) : new Version(1, 2, 8);
        return version >= mended
            ? null
            : new HostCheck(
                "runc version",
                HostCheckState.Degraded,
                $"{version} is older than {mended}, which mends CVE-2025-31133, CVE-2025-52565 and CVE-2025-52881; a distribution may have mended it under the old number",
                "upgrade runc, or use crun or gvisor");
    }
}
